#pragma once

#include <string>
#include <vector>

namespace provisioner::host {

// True for a command that only reads: the closed list behind HostView::query.
bool is_known_query(const std::vector<std::string>& argv);

}  // namespace provisioner::host

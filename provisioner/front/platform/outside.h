#pragma once

#include <string>

namespace provisioner::platform {

// Asks for a page from this controller, which is outside of the cluster: "yes" for any answer of
// HTTP, else why there is none, in one line.
std::string answer_from_outside(const std::string& url);

}  // namespace provisioner::platform

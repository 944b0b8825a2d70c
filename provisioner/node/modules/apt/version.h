#pragma once

#include <string_view>

namespace provisioner::modules::apt {

// Debian's order of versions (deb-version(7)): below, equal to or above 0.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace provisioner::modules::apt

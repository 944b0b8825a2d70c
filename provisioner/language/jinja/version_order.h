#pragma once

#include <string>
#include <string_view>

namespace provisioner::jinja {

// Less than, equal to or greater than zero, by distutils' rules: "loose" splits into numbers and
// letters, "strict" takes N.N[.N][(a|b)N]; "semver" is semantic versioning 2.0. Throws Error(input)
// for what does not fit.
int compare_versions(const std::string& left, const std::string& right, std::string_view kind);

}  // namespace provisioner::jinja

#pragma once

#include <string>
#include <vector>

namespace provisioner::platform {

// Variables of inventories that the program itself reads, sorted, each once; what a role alone
// reads is not among them. tests/platform/known_variables_test.cpp holds the sources against it.
std::vector<std::string> read_variables();

// These, and what the roles that come with the program declare (defaults/, vars/).
std::vector<std::string> known_variables();

}  // namespace provisioner::platform

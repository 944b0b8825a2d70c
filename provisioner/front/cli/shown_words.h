#pragma once

#include <string>
#include <vector>

namespace provisioner::cli {

// A command line as a record may keep it and a shell would take it: values of extra variables,
// which may be secrets, are "...", and known secrets are masked.
std::string shown_words(const std::vector<std::string>& words);

}  // namespace provisioner::cli

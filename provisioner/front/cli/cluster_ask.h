#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/engine/run/options.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// What a script that only looks says on each of these nodes, as root; of one that does not answer
// within a minute, or where it ends badly, nothing. Throws Error.
std::map<std::string, std::string> said_by_nodes(const RunWords& words,
                                                 const std::vector<std::string>& nodes,
                                                 std::string_view script);
std::map<std::string, std::string> said_by_nodes(const RunWords& words, run::Options options,
                                                 const std::vector<std::string>& nodes,
                                                 std::string_view script);

}  // namespace provisioner::cli

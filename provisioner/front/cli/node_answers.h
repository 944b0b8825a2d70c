#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// What a script (for sh, as root) prints on each of these nodes that answers and where it ends
// well, all at once, over the engine's own connections; changes nothing. No node has more than 90
// seconds.
std::map<std::string, std::string> node_answers(const RunWords& words,
                                                const std::vector<std::string>& nodes,
                                                const std::string& script);

}  // namespace provisioner::cli

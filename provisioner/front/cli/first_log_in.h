#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// Logs in to new systems, strictly, as the playbook would: a server that answers may let nobody in.
// A system that is still booting refuses users for some seconds, so each is tried for a minute.
// Returns why a node cannot be had, by node. Throws Error.
std::map<std::string, std::string> try_log_in(const RunWords& words,
                                              std::vector<std::string> nodes);

}  // namespace provisioner::cli

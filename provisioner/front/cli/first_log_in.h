#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// Logs in to new systems, strictly, as the playbook would: a server that answers may let nobody in.
// A system that is still booting refuses users for some seconds: whom nobody lets in is tried again
// until the patience is over.
// Returns why a node cannot be had, by node; once `stop` is set (run::Stop) that says nothing.
// Throws Error.
std::map<std::string, std::string> try_log_in(const RunWords& words,
                                              std::vector<std::string> nodes,
                                              std::chrono::seconds patience,
                                              const std::atomic<int>& stop);

}  // namespace provisioner::cli

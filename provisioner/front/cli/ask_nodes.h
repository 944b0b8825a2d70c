#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "provisioner/base/store/event.h"
#include "provisioner/engine/run/options.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// The options of a command that only asks nodes. Throws Error(input) for settings that are wrong.
run::Options asking_options(const RunWords& words);

// Runs a playbook (its text) on these nodes over the engine's own connections, in check mode:
// nothing on them is changed or locked, and no run is recorded. `stop` ends it (run::Stop). Throws
// Error.
void ask_nodes(const RunWords& words, run::Options options, const std::string& playbook,
               const std::vector<std::string>& nodes, store::EventSink& sink,
               const std::atomic<int>& stop);

}  // namespace provisioner::cli

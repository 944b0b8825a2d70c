#pragma once

#include <string>

#include "provisioner/engine/run/replay.h"

namespace provisioner::cli {

// What becomes of actions of which nobody knows whether they ran.
enum class UnknownWish : std::uint8_t { ask, rerun, count_as_done, stop };

// "rerun", "skip", "stop"; else `ask`.
UnknownWish unknown_wish(const std::string& word);

// Settles what has to be decided before a run goes on. Without a terminal, `ask` is `stop`. Throws
// Error(refused) where the run is to stay as it is.
void settle_unknown(run::Replay& replay, const std::string& run, UnknownWish wish);

}  // namespace provisioner::cli

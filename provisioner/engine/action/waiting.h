#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "provisioner/engine/action/steps.h"

namespace provisioner::action {

// How long to go on asking a node that may not answer.
struct Patience {
  std::chrono::seconds timeout{600};
  std::chrono::seconds longest_pause{12};  // between two tries; they begin short and get longer
};

// Asks until the answer is good, each try over a new connection where the last was lost. Answers
// the last reply: where the time ran out, `lost` is set or its outcome has failed.
Steps<Reply> ask_until(Context& context, Request request, Patience patience,
                       std::function<bool(const Reply&)> is_good);

}  // namespace provisioner::action

// The end of an engine's time.

#include "provisioner/front/cli/engine_deadline.h"

#include "provisioner/engine/run/task_pump.h"
#include "provisioner/front/cli/signal_watch.h"

namespace provisioner::cli {
namespace {

constexpr std::chrono::milliseconds between_looks{100};  // at whether somebody presses Ctrl-C

}  // namespace

EngineDeadline::EngineDeadline(std::chrono::seconds after, std::atomic<int>& stop)
    : thread_([this, after, &stop](const std::stop_token& token) {
        std::unique_lock lock(mutex_);
        const auto is_over = [&] { return token.stop_requested(); };
        std::chrono::milliseconds left = after;
        while (left.count() > 0 && !SignalWatch::cuts_questions_off()) {
          if (over_.wait_for(lock, token, std::min(left, between_looks), is_over)) return;
          left -= between_looks;
        }
        stop = static_cast<int>(run::Stop::at_once);
      }) {}

}  // namespace provisioner::cli

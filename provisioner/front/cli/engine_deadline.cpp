// The end of an engine's time.

#include "provisioner/front/cli/engine_deadline.h"

#include "provisioner/engine/run/task_pump.h"

namespace provisioner::cli {

EngineDeadline::EngineDeadline(std::chrono::seconds after, std::atomic<int>& stop)
    : thread_([this, after, &stop](const std::stop_token& token) {
        std::unique_lock lock(mutex_);
        if (!over_.wait_for(lock, token, after, [&] { return token.stop_requested(); }))
          stop = static_cast<int>(run::Stop::at_once);
      }) {}

}  // namespace provisioner::cli

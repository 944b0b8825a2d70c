#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace provisioner::cli {

// Stops the engine at once when its time is over, or a signal cuts questions off (SignalWatch),
// unless this goes before.
class EngineDeadline {
 public:
  // `stop` is what the engine heeds (run::Stop).
  EngineDeadline(std::chrono::seconds after, std::atomic<int>& stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace provisioner::cli

#pragma once

#include <atomic>
#include <optional>

#include "provisioner/front/cli/signal_handlers.h"

namespace provisioner::cli {

// Takes Ctrl-C, SIGTERM and SIGHUP for a wish to end, while it lives: what is under way can end
// well. One at a time in a process. What nohup has said of SIGHUP stays so.
class SignalWatch {
 public:
  SignalWatch();
  // A signal also sets `wish`, for whoever heeds only that.
  SignalWatch(std::atomic<int>& wish, int value);
  // What nodes are asked meanwhile is cut off by a signal, and they count as silent.
  enum class Questions : bool { cut_off };
  explicit SignalWatch(Questions);
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;
  ~SignalWatch();  // signals do what they did before

  static bool has_come();  // since the last one began; any thread
  static bool cuts_questions_off();  // one has come, to a watch that lives and is of that kind

 private:
  void begin();

  std::optional<SignalHandlers> handlers_;
};

}  // namespace provisioner::cli

#pragma once

#include <signal.h>

#include <array>

namespace provisioner::cli {

// While it lives, Ctrl-C, SIGTERM and SIGHUP call the handler; then they do what they did before.
// What nohup has said of SIGHUP stays so.
class SignalHandlers {
 public:
  explicit SignalHandlers(void (*handler)(int));
  SignalHandlers(const SignalHandlers&) = delete;
  SignalHandlers& operator=(const SignalHandlers&) = delete;
  ~SignalHandlers();

 private:
  static constexpr std::array<int, 3> signals = {SIGINT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 3> before_{};
};

}  // namespace provisioner::cli

// Handlers that are lent.

#include "provisioner/front/cli/signal_handlers.h"

namespace provisioner::cli {

SignalHandlers::SignalHandlers(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (std::size_t at = 0; at < signals.size(); ++at) {
    ::sigaction(signals[at], nullptr, &before_[at]);
    const bool is_nohup = signals[at] == SIGHUP && before_[at].sa_handler == SIG_IGN;
    if (!is_nohup) ::sigaction(signals[at], &action, nullptr);
  }
}

SignalHandlers::~SignalHandlers() {
  for (std::size_t at = 0; at < signals.size(); ++at)
    ::sigaction(signals[at], &before_[at], nullptr);
}

}  // namespace provisioner::cli

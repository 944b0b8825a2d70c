#pragma once

#include <chrono>

namespace provisioner::agent {

// How long a supervisor waits for what.
struct Patience {
  std::chrono::milliseconds between_progress{5000};  // two words on one task
  std::chrono::milliseconds blocked{40'000};         // in one call on one file that does not return
  std::chrono::milliseconds term{2000};    // between SIGTERM and SIGKILL, and for the kill to work
  std::chrono::milliseconds goodbye{400};  // for workers to end once nobody listens
  std::chrono::milliseconds become{12'000};  // for sudo or su to let us in
};

}  // namespace provisioner::agent

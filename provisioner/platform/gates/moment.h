#pragma once

#include <cstdint>

namespace provisioner::gates {

// When gates are tried: before a cluster is handed over, or once its platform stands there, and
// what only the platform may bring is to be found.
enum class Moment : std::uint8_t { hand_over, deployed };

}  // namespace provisioner::gates

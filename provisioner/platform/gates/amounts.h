#pragma once

#include <string>

namespace provisioner::gates {

// What pods ask for, and nodes give.
struct Amount {
  double cores = 0, bytes = 0;
};

// "CPU MEMORY", either of which may be "-".
Amount amount_in(const std::string& text);

}  // namespace provisioner::gates

#pragma once

#include <cstdint>
#include <string>

#include "provisioner/base/base/counted.h"

namespace provisioner::hardware {

using base::counted;

std::string gib_text(std::int64_t bytes);    // "16 GiB", "1.5 GiB"
std::string gb_text(std::int64_t bytes);     // "1200 GB": 10^9 bytes, as on a disk's label
std::string speed_text(std::int64_t speed);  // of Mbit/s: "25 Gbit/s", "100 Mbit/s"

}  // namespace provisioner::hardware

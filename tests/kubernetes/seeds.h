#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace provisioner::kubernetes::tests {

// How many: PROVISIONER_SEEDS, by default few enough for every build.
inline std::uint32_t seeds(std::uint32_t by_default) {
  const char* asked = std::getenv("PROVISIONER_SEEDS");
  return asked == nullptr ? by_default : static_cast<std::uint32_t>(std::atoi(asked));
}

// `tell` gives what is wrong with a seed, or nothing. The counts are in the report, for
// tests/acceptance/quorum-guard.
template <class Tell>
void hold_over_seeds(std::uint32_t by_default, Tell tell) {
  const std::uint32_t last = seeds(by_default);
  constexpr std::uint32_t most_told = 5;
  std::uint32_t broken = 0;
  for (std::uint32_t seed = 1; seed <= last; ++seed)
    if (const std::string wrong = tell(seed); !wrong.empty() && ++broken <= most_told)
      ADD_FAILURE() << "seed " << seed << ": " << wrong;
  testing::Test::RecordProperty("seeds", static_cast<int>(last));
  testing::Test::RecordProperty("broken", static_cast<int>(broken));
}

}  // namespace provisioner::kubernetes::tests

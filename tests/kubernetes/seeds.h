#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace provisioner::kubernetes::tests {

// How many: PROVISIONER_SEEDS, by default few enough for every build.
inline std::uint32_t seeds() {
  constexpr std::uint32_t by_default = 150;
  const char* asked = std::getenv("PROVISIONER_SEEDS");
  return asked == nullptr ? by_default : static_cast<std::uint32_t>(std::atoi(asked));
}

// `tell` gives what is wrong with a seed, or nothing. The counts are in the report, for
// tests/acceptance/quorum-guard.
template <class Tell>
void hold_over_seeds(Tell tell) {
  constexpr std::uint32_t most_told = 5;
  std::uint32_t broken = 0;
  for (std::uint32_t seed = 1; seed <= seeds(); ++seed)
    if (const std::string wrong = tell(seed); !wrong.empty() && ++broken <= most_told)
      ADD_FAILURE() << "seed " << seed << ": " << wrong;
  testing::Test::RecordProperty("seeds", static_cast<int>(seeds()));
  testing::Test::RecordProperty("broken", static_cast<int>(broken));
}

}  // namespace provisioner::kubernetes::tests

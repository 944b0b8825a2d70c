// The real clock.

#include "provisioner/base/os/clock.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace provisioner::os {
namespace {

class RealClock : public Clock {
 public:
  Instant now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall() const override {
    return std::chrono::system_clock::now();
  }
};

}  // namespace

const Clock& system_clock() {
  static const RealClock clock;
  return clock;
}

int milliseconds_until(Instant end) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end - system_clock().now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 1'000'000));
}

std::string utc_text(std::chrono::system_clock::time_point time) {
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  const std::time_t seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + length, text.size() - length, ".%03dZ",
                static_cast<int>(milliseconds % 1000));
  return text.data();
}

std::string utc_seconds(std::chrono::system_clock::time_point time) {
  constexpr std::string_view seconds = "2026-11-24T10:02:03";
  return utc_text(time).substr(0, seconds.size()) + "Z";
}

std::string utc_day(std::chrono::system_clock::time_point time) {
  constexpr std::string_view day = "2026-11-24";
  return utc_text(time).substr(0, day.size());
}

}  // namespace provisioner::os

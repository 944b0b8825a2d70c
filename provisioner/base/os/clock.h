#pragma once

#include <chrono>
#include <string>

namespace provisioner::os {

using Instant = std::chrono::steady_clock::time_point;

// Time, so that tests need not wait for it. Deadlines are of the monotonic clock; the wall clock is
// for people.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual std::chrono::system_clock::time_point wall() const = 0;
};

const Clock& system_clock();
// By the real clock, as poll(2) takes it: 0 where the end is there, and at most 1000 s.
int milliseconds_until(Instant end);

std::string utc_text(std::chrono::system_clock::time_point time);     // "2026-11-24T10:02:03.123Z"
std::string utc_seconds(std::chrono::system_clock::time_point time);  // "2026-11-24T10:02:03Z"
std::string utc_day(std::chrono::system_clock::time_point time);      // "2026-11-24"

}  // namespace provisioner::os

#pragma once

#include <cstddef>
#include <cstdint>

#include "provisioner/base/base/error.h"

namespace provisioner::value {

// Thrown where what is made of a text becomes larger, or takes longer, than its bounds allow.
class TooMuch : public base::Error {
 public:
  using base::Error::Error;
};

// The bytes that this thread's values hold, and how many that may become. What is let go of on
// another thread than it was made on counts there: only the difference over a short while says
// anything.
struct Weight {
  std::int64_t held = 0;
  std::int64_t most = INT64_MAX;
};
inline constinit thread_local Weight weight;

[[noreturn]] void refuse_weight();                          // throws TooMuch
void require_size(std::size_t bytes, std::size_t largest);  // of a text; throws TooMuch

inline void hold(std::int64_t bytes) {
  if (weight.held + bytes > weight.most) refuse_weight();
  weight.held += bytes;
}

// A base of what weighs something for as long as it lives. Moving never fails.
template <std::int64_t bytes>
struct Weighs {
  Weighs() { hold(bytes); }
  Weighs(const Weighs&) { hold(bytes); }
  Weighs(Weighs&&) noexcept { weight.held += bytes; }
  Weighs& operator=(const Weighs&) = default;
  Weighs& operator=(Weighs&&) noexcept = default;
  ~Weighs() { weight.held -= bytes; }
};

}  // namespace provisioner::value

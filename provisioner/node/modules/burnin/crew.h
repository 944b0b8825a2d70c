#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <utility>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::modules::burnin {

using Seconds = std::chrono::seconds;

// What one process has measured; zeroes: nothing yet. `problem` is an errno, or 0.
struct Tally {
  std::uint64_t amount = 0, nanoseconds = 0;  // done, and the time that it took
  std::uint64_t errors = 0;
  std::uint64_t amount_aside = 0, nanoseconds_aside = 0, worst = 0;  // what each measure says
  int problem = 0;
  bool is_finished = false;  // else it was ended: by the kernel, or as late
};

// Runs the body in processes of their own, all at once, and returns what each has written into its
// tally. They are the first that the kernel ends where memory becomes scarce, and none outlives
// this process. A body watches the time itself: who is not done 10 s after `bound` is ended, and
// its problem is ETIME. Throws Error(failed) where a process cannot be had.
std::vector<Tally> run_crew(std::size_t count, Seconds bound,
                            const std::function<void(std::size_t number, Tally& tally)>& body);

// What a measure tells, in numbers. Written once for all: the agent has to be small.
using Numbers = std::initializer_list<std::pair<const char*, std::int64_t>>;
value::Dict numbers(Numbers told);

std::uint64_t now();  // nanoseconds of the monotonic clock
constexpr std::uint64_t nanoseconds_of(Seconds time) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(time).count());
}

}  // namespace provisioner::modules::burnin

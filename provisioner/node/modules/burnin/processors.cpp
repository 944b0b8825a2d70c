// Processors: the same sum on each of them, of which the answer is known.
#include <sched.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <string>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/burnin/measures.h"

namespace provisioner::modules::burnin {
namespace {

constexpr std::uint64_t turns = 100'000;
constexpr std::uint64_t operations = turns * 8;  // 5 of integers, 3 of floating point
constexpr std::int64_t million = 1'000'000;

// Xorshift beside a logistic map, which is chaos: one wrong bit changes the answer.
std::uint64_t answer() {
  std::uint64_t whole = 88172645463325252;
  double real = 0.6180339887;
  asm volatile("" : "+r"(whole));  // else it is worked out once, for all calls
  for (std::uint64_t turn = 0; turn < turns; ++turn) {
    whole ^= whole << 13;
    whole ^= whole >> 7;
    whole ^= whole << 17;
    real = 3.99 * real * (1 - real);
  }
  return whole ^ std::bit_cast<std::uint64_t>(real);
}

std::vector<int> own_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0)
    throw host::io_error("list", "the processors", errno);
  std::vector<int> processors;
  for (int number = 0; number < CPU_SETSIZE; ++number)
    if (CPU_ISSET(number, &set)) processors.push_back(number);
  return processors;
}

void load(int processor, std::uint64_t right, std::uint64_t until, Tally& tally) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) tally.problem = errno;
  const std::uint64_t start = now();
  do {
    if (answer() != right) ++tally.errors;
    tally.amount += operations;
  } while (now() < until);
  tally.nanoseconds = now() - start;
}

}  // namespace

value::Dict measure_processors(Seconds bound) {
  const std::vector<int> processors = own_processors();
  const std::uint64_t right = answer(), until = now() + nanoseconds_of(bound);
  const std::vector<Tally> tallies =
      run_crew(processors.size(), bound, [&](std::size_t number, Tally& tally) {
        load(processors[number], right, until, tally);
      });
  std::int64_t sum = 0, errors = 0, slowest = 0, slowest_core = -1;
  value::List wrong;
  for (std::size_t at = 0; at < tallies.size(); ++at) {
    const Tally& tally = tallies[at];
    if (tally.problem != 0)
      throw host::io_error("load", "core " + std::to_string(processors[at]), tally.problem);
    const std::int64_t rate = per_second(tally.amount, tally.nanoseconds) / million;
    sum += rate;
    errors += static_cast<std::int64_t>(tally.errors);
    if (slowest_core < 0 || rate < slowest) {
      slowest = rate;
      slowest_core = processors[at];
    }
    if (tally.errors > 0) wrong.emplace_back(processors[at]);
  }
  value::Dict told = numbers({{"cores", static_cast<std::int64_t>(processors.size())},
                              {"rate", sum},
                              {"slowest", slowest},
                              {"slowest_core", slowest_core},
                              {"errors", errors}});
  told.set("wrong_cores", std::move(wrong));
  return told;
}

}  // namespace provisioner::modules::burnin

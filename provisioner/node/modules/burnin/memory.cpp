// Memory: patterns written and read back.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/burnin/measures.h"

namespace provisioner::modules::burnin {
namespace {

constexpr std::size_t block = std::size_t{1} << 17;  // words, between two looks at the clock
constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;    // no two words of a pass are alike
constexpr std::uint64_t mib = 1 << 20;

// Each second pass turns over all bits of the one before.
Pattern pattern_of(std::size_t number, std::uint64_t pass) {
  const Pattern pattern{(number + 1) * odd + pass / 2 * (odd >> 7), odd};
  return pass % 2 == 0 ? pattern : pattern.turned();
}

// One pass: as much as half of the time that is left allows, and all of that read back. Returns the
// bytes.
std::uint64_t pass_over(std::uint64_t* words, std::size_t count, Pattern pattern,
                        std::uint64_t until, Tally& tally) {
  const std::uint64_t start = now(), half = start + (std::max(until, start) - start) / 2;
  std::size_t written = 0;
  while (written < count && (written == 0 || now() < half)) {
    const std::size_t length = std::min(block, count - written);
    write_pattern(words + written, length, pattern.after(written));
    written += length;
  }
  const Wrong wrong = compare_pattern(words, written, pattern);
  tally.errors += wrong.words;
  tally.worst |= wrong.bits;
  return written * sizeof(std::uint64_t);
}

// The first pass is also the kernel's, who clears each page: it is no measure, if there are others.
void load_share(std::size_t number, std::size_t count, std::uint64_t until, Tally& tally) {
  void* memory = ::mmap(nullptr, count * sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    tally.problem = errno;
    return;
  }
  for (std::uint64_t pass = 0; pass == 0 || now() < until; ++pass) {
    const std::uint64_t start = now();
    const std::uint64_t bytes = pass_over(static_cast<std::uint64_t*>(memory), count,
                                          pattern_of(number, pass), until, tally);
    if (pass == 1) tally.amount = tally.nanoseconds = 0;
    tally.amount += 2 * bytes;  // there and back
    tally.nanoseconds += now() - start;
    tally.amount_aside = std::max(tally.amount_aside, bytes);
  }
}

}  // namespace

void write_pattern(std::uint64_t* words, std::size_t count, Pattern pattern) {
  for (std::size_t at = 0; at < count; ++at, pattern.first += pattern.step)
    words[at] = pattern.first;
}

Wrong compare_pattern(const std::uint64_t* words, std::size_t count, Pattern pattern) {
  Wrong wrong;
  for (std::size_t at = 0; at < count; ++at, pattern.first += pattern.step) {
    const std::uint64_t bits = words[at] ^ pattern.first;
    wrong.words += bits != 0 ? 1 : 0;
    wrong.bits |= bits;
  }
  return wrong;
}

value::Dict measure_memory(std::uint64_t bytes, Seconds bound) {
  const auto count = static_cast<std::size_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  const std::size_t words = std::max(block, bytes / count / sizeof(std::uint64_t));
  const std::uint64_t until = now() + nanoseconds_of(bound);
  const std::vector<Tally> tallies =
      run_crew(count, bound, [&](std::size_t number, Tally& tally) {
        load_share(number, words, until, tally);
      });
  std::uint64_t covered = 0, errors = 0, bits = 0;
  std::int64_t speed = 0;
  for (const Tally& tally : tallies) {
    if (tally.problem != 0) throw host::io_error("take", "memory", tally.problem);
    if (!tally.is_finished)
      throw base::Error(base::Kind::failed,
                        "a process that loaded memory was ended: too little of it is left");
    covered += tally.amount_aside;
    errors += tally.errors;
    bits |= tally.worst;
    speed += mib_per_second(tally.amount, tally.nanoseconds);
  }
  return numbers({{"mib", static_cast<std::int64_t>(covered / mib)},
                  {"mib_s", speed},
                  {"errors", static_cast<std::int64_t>(errors)},
                  {"wrong_bits", static_cast<std::int64_t>(bits)}});
}

std::int64_t per_second(std::uint64_t amount, std::uint64_t nanoseconds) {
  constexpr double second = 1e9;
  if (nanoseconds == 0) return 0;
  return static_cast<std::int64_t>(static_cast<double>(amount) * second /
                                   static_cast<double>(nanoseconds));
}

std::int64_t mib_per_second(std::uint64_t bytes, std::uint64_t nanoseconds) {
  return per_second(bytes, nanoseconds) / static_cast<std::int64_t>(mib);
}

}  // namespace provisioner::modules::burnin

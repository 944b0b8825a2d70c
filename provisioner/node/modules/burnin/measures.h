#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/node/modules/burnin/crew.h"

namespace provisioner::modules::burnin {

// Each loads one part of this machine for about `bound`, changes nothing, and tells what came of
// it. Speeds are MiB/s where they are called `mib_s`. Throws Error(failed) where nothing could be
// measured.

// As many processes as there are processors write a pattern into `bytes` of memory in all, and read
// it back, again and again. {mib, mib_s, errors, wrong_bits}
value::Dict measure_memory(std::uint64_t bytes, Seconds bound);

// The same work again and again on each processor: {cores, rate, slowest, slowest_core, errors,
// wrong_cores}; rates are million operations a second, of all and of one.
value::Dict measure_processors(Seconds bound);

// Each disk read past the cache, first in order, then here and there. {name, mib_s, reads_s,
// worst_ms, errors, problem}; `problem` is why less was measured, else "".
value::List measure_disks(const std::vector<std::string>& paths, Seconds bound);

// One of two ends of a connection. First the one that calls sends, then the one that listens;
// strangers, who do not begin with `word`, are not heard. {received_mib_s, retransmits}
struct Line {
  bool listens = false;
  std::string address, peer;  // numbers: "10.78.0.1", "fd00::1"
  std::uint16_t port = 0;
  std::string word;
};
value::Dict measure_network(const Line& line, Seconds bound);

// What a pass writes into memory, 64 bits a word: `first`, and `step` more from word to word.
struct Pattern {
  std::uint64_t first, step;
  Pattern after(std::size_t words) const { return {first + words * step, step}; }
  Pattern turned() const { return {~first, ~step + 1}; }  // all bits of all words the other way
};
void write_pattern(std::uint64_t* words, std::size_t count, Pattern pattern);
struct Wrong {
  std::uint64_t words = 0, bits = 0;  // how many; which bits of any
};
Wrong compare_pattern(const std::uint64_t* words, std::size_t count, Pattern pattern);

std::int64_t per_second(std::uint64_t amount, std::uint64_t nanoseconds);
std::int64_t mib_per_second(std::uint64_t bytes, std::uint64_t nanoseconds);

}  // namespace provisioner::modules::burnin

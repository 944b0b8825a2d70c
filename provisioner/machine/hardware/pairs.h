#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace provisioner::hardware {

// Numbers of nodes, two and two.
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

// Rounds in which each of `nodes` meets another one at most once, and no two meet twice; of an odd
// number one rests. At most `most` rounds, fewer where all have met all.
std::vector<Pairs> rounds_of_pairs(std::size_t nodes, std::size_t most);

}  // namespace provisioner::hardware

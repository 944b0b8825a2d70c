// Who meets whom: the circle method of tournaments.

#include "provisioner/machine/hardware/pairs.h"

#include <algorithm>
#include <numeric>

namespace provisioner::hardware {

std::vector<Pairs> rounds_of_pairs(std::size_t nodes, std::size_t most) {
  if (nodes < 2) return {};
  const std::size_t seats = nodes + nodes % 2;
  std::vector<std::size_t> circle(seats);
  std::iota(circle.begin(), circle.end(), std::size_t{0});
  std::vector<Pairs> rounds;
  while (rounds.size() < std::min(most, seats - 1)) {
    Pairs pairs;
    for (std::size_t at = 0; at < seats / 2; ++at) {
      const auto [first, second] = std::minmax(circle[at], circle[seats - 1 - at]);
      if (second < nodes) pairs.emplace_back(first, second);
    }
    rounds.push_back(std::move(pairs));
    std::rotate(circle.begin() + 1, circle.end() - 1, circle.end());
  }
  return rounds;
}

}  // namespace provisioner::hardware

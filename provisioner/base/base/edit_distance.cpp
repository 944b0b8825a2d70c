// How far apart two words are, and which one was meant.

#include "provisioner/base/base/edit_distance.h"

#include <algorithm>

namespace provisioner::base {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      table[i][j] =
          std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

// A third of the word may be wrong: "pakage" means "package", "foo" does not mean "zip".
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  return nearest(word, candidates, std::max<std::size_t>(1, word.size() / 3));
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates,
                                   std::size_t most_wrong) {
  constexpr std::size_t longest = 64;
  if (word.empty() || word.size() > longest) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_distance = most_wrong + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > word.size() + best_distance ||
        candidate.size() + best_distance < word.size())
      continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance >= best_distance) continue;
    best_distance = distance;
    best = candidate;
  }
  return best;
}

std::string suggestion(std::string_view word, std::span<const std::string> candidates) {
  const auto meant = nearest(word, candidates);
  return meant ? "did you mean '" + *meant + "'?" : std::string();
}

}  // namespace provisioner::base

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::base {

// Insertions, deletions, substitutions and swaps of neighbours between two words (Damerau,
// restricted).
std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate a user probably meant, where one is near enough to be worth saying.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);
// The same where at most so many letters are wrong.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates,
                                   std::size_t most_wrong);

// "did you mean 'package'?" or "" when nothing is near.
std::string suggestion(std::string_view word, std::span<const std::string> candidates);

}  // namespace provisioner::base

// Ranges of UIDs and GIDs.

#include "provisioner/platform/users/number_ranges.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/text.h"

namespace provisioner::users {

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool NumberRanges::has(std::uint32_t number) const {
  return std::ranges::any_of(
      ranges_, [&](const Range& range) { return range.first <= number && number <= range.last; });
}

bool NumberRanges::has_some_of(const NumberRanges& other) const {
  return std::ranges::any_of(ranges_, [&](const Range& range) {
    return other.has(range.first) || other.has(range.last) ||
           std::ranges::any_of(other.ranges_, [&](const Range& one) {
             return range.first <= one.first && one.first <= range.last;
           });
  });
}

std::string NumberRanges::text() const {
  std::vector<std::string> parts;
  for (const auto& [first, last] : ranges_)
    parts.push_back(first == last ? std::to_string(first)
                                  : std::to_string(first) + "-" + std::to_string(last));
  return base::join(parts, ", ");
}

bool NumberRanges::add(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = number_of(base::trim(text.substr(0, dash)));
  const auto last =
      dash == std::string_view::npos ? first : number_of(base::trim(text.substr(dash + 1)));
  if (!first || !last || *last < *first) return false;
  ranges_.push_back({*first, *last});
  return true;
}

}  // namespace provisioner::users

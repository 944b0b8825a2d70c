#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace provisioner::lint {

// The first two numbers of a release: 0.16 of "v0.16.2".
using VersionNumbers = std::pair<int, int>;

inline std::optional<VersionNumbers> version_numbers(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  VersionNumbers numbers;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, numbers.first);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, numbers.second);
  if (second.ec != std::errc()) return std::nullopt;
  return numbers;
}

}  // namespace provisioner::lint

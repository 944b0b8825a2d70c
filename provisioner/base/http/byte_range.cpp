// "bytes=0-499", "bytes=500-", "bytes=-500".

#include "provisioner/base/http/byte_range.h"

#include <algorithm>
#include <charconv>

#include "provisioner/base/base/text.h"

namespace provisioner::http {
namespace {

std::optional<std::uint64_t> read_number(std::string_view digits) {
  std::uint64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, code] = std::from_chars(digits.data(), end, number);
  return code == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

}  // namespace

ByteRange read_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (base::lower_case(header.substr(0, unit.size())) != unit) return {};
  const std::string_view range = base::trim(header.substr(unit.size()));
  const std::size_t dash = range.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = read_number(range.substr(0, dash)), last = read_number(range.substr(dash + 1));
  if (dash == 0) {
    if (!last) return {};
    if (*last == 0 || size == 0) return {ByteRange::Kind::outside};
    const std::uint64_t length = std::min(*last, size);
    return {ByteRange::Kind::part, size - length, length};
  }
  const bool is_open = dash + 1 == range.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return {};
  if (*first >= size) return {ByteRange::Kind::outside};
  const std::uint64_t end = is_open ? size - 1 : std::min(*last, size - 1);
  return {ByteRange::Kind::part, *first, end - *first + 1};
}

}  // namespace provisioner::http

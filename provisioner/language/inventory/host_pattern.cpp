// Host names of inventory lines: ports and ranges.

#include "provisioner/language/inventory/host_pattern.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <limits>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using base::Regex;

constexpr std::uint64_t most_expanded = 1'000'000;  // of one pattern: more than any site has
constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_ip6(const std::string& name) {
  static const Regex range(R"(\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\])", Regex::ignore_case);
  const std::string plain = range.replace(name, "1");
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(AF_INET6, plain.c_str(), bytes.data()) == 1;
}

bool is_host_name(const std::string& name) {
  static const Regex range(R"(\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\])", Regex::ignore_case);
  const std::string plain = range.replace(name, "1");
  const auto is_word = [](char byte) {
    return byte == '_' || std::isalnum(static_cast<unsigned char>(byte)) != 0 ||
           static_cast<unsigned char>(byte) >= 0x80;
  };
  for (const std::string& label : base::split(plain, '.')) {
    if (label.empty() || !is_word(label.front()) || !is_word(label.back())) return false;
    for (const char byte : label)
      if (byte != '-' && !is_word(byte)) return false;
  }
  return true;
}

Error bad_range(const std::string& pattern, const std::string& why, base::Pos pos) {
  Error error(Kind::input, "the range in '" + pattern + "' cannot be read: " + why, pos);
  error.set_hint("a range is [begin:end] or [begin:end:step], as in n[01:20] or rack-[a:d]");
  return error;
}

std::int64_t number_of(const std::string& text, const std::string& pattern, base::Pos pos) {
  std::int64_t number = 0;
  const std::string_view digits = base::trim(text);
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (code != std::errc() || end != digits.data() + digits.size())
    throw bad_range(pattern, "'" + text + "' is no number and no letter", pos);
  return number;
}

// One range: numbers, or places among the letters.
struct Range {
  std::int64_t first = 0;
  std::uint64_t step = 1, count = 1;
  std::size_t width = 0;  // of numbers with leading zeros
  bool is_of_letters = false;

  std::string member(std::uint64_t at) const {
    const auto number = static_cast<std::int64_t>(static_cast<std::uint64_t>(first) + at * step);
    if (is_of_letters) return {letters[static_cast<std::size_t>(number)]};
    std::string text = std::to_string(number);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
  }
};

// "n[01-03]", as other tools write it.
Error range_without_colon(const std::string& pattern, const std::string& range, base::Pos pos) {
  Error error = bad_range(pattern, "it has no begin and end", pos);
  static const Regex dash(R"(^([0-9]+|[a-zA-Z])-([0-9]+|[a-zA-Z])$)");
  if (dash.match_start(range))
    error.set_hint("ranges are written with a colon: " +
                   base::replace_all(pattern, "[" + range + "]",
                                     "[" + base::replace_all(range, "-", ":") + "]"));
  return error;
}

Range read_range(const std::string& text, const std::string& pattern, base::Pos pos) {
  const std::vector<std::string> bounds = base::split(text, ':');
  if (bounds.size() == 1) throw range_without_colon(pattern, text, pos);
  if (bounds.size() != 2 && bounds.size() != 3)
    throw bad_range(pattern, "it has no begin and end", pos);
  const std::string begin = bounds[0].empty() ? "0" : bounds[0];
  const std::string& end = bounds[1];
  if (end.empty()) throw bad_range(pattern, "it has no end", pos);
  Range range;
  range.width = begin.front() == '0' && begin.size() > 1 ? begin.size() : 0;
  if (range.width != 0 && end.size() != range.width)
    throw bad_range(pattern, "'" + begin + "' and '" + end + "' are not of one length", pos);
  const std::int64_t step = bounds.size() == 3 ? number_of(bounds[2], pattern, pos) : 1;
  if (step <= 0) throw bad_range(pattern, "the step must be 1 or more", pos);
  const std::size_t first = letters.find(begin), last = letters.find(end);
  range.is_of_letters = first != std::string_view::npos && last != std::string_view::npos;
  range.first = range.is_of_letters ? static_cast<std::int64_t>(first)
                                    : number_of(begin, pattern, pos);
  const std::int64_t to = range.is_of_letters ? static_cast<std::int64_t>(last)
                                              : number_of(end, pattern, pos);
  if (range.first > to) throw bad_range(pattern, "it ends before it begins", pos);
  range.step = static_cast<std::uint64_t>(step);
  range.count =
      (static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(range.first)) / range.step + 1;
  return range;
}

// A pattern in pieces: each range with the text before it, and the text after the last one.
struct Pieces {
  std::vector<std::pair<std::string, Range>> ranges;
  std::string tail;
};

Pieces read_pieces(const std::string& pattern, base::Pos pos) {
  Pieces pieces;
  std::size_t at = 0;
  for (std::size_t open; (open = pattern.find('[', at)) != std::string::npos;) {
    const std::size_t close = pattern.find(']', open);
    if (close == std::string::npos) throw bad_range(pattern, "']' is missing", pos);
    pieces.ranges.emplace_back(
        pattern.substr(at, open - at),
        read_range(pattern.substr(open + 1, close - open - 1), pattern, pos));
    at = close + 1;
  }
  pieces.tail = pattern.substr(at);
  return pieces;
}

// Before one of its names is made; how many they are is told as far as it fits a number.
void require_bounded(const Pieces& pieces, const std::string& pattern, base::Pos pos) {
  constexpr std::uint64_t most_told = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t count = 1;
  for (const auto& [text, range] : pieces.ranges)
    count = range.count == 0 || count > most_told / range.count ? most_told : count * range.count;
  if (count <= most_expanded) return;
  const std::string number =
      count == most_told ? "more than " + std::to_string(count - 1) : std::to_string(count);
  Error error(Kind::input, "'" + pattern + "' stands for " + number + " names, at most " +
                               std::to_string(most_expanded) + " are taken", pos);
  if (pieces.ranges.size() > 1)
    error.set_hint("several ranges multiply: n[1:4][1:5] are 20 names");
  throw error;
}

}  // namespace

HostAddress split_port(std::string_view text, bool may_have_ranges) {
  if (text.find(':') == std::string_view::npos) return {std::string(text), std::nullopt};
  static const Regex bracketed(R"(^\[(.+)\]:([0-9]+)$)");
  static const Regex plain(R"(^((?:[^:\[\]]|\[[^\]]*\])*):([0-9]+)$)");
  HostAddress whole{std::string(text), std::nullopt};
  auto match = bracketed.match_start(text);
  if (!match) match = plain.match_start(text);
  if (!match) return whole;
  const std::string name = *base::group_text(*match, text, 1);
  const std::string digits = *base::group_text(*match, text, 2);
  if (digits.size() > 9 || (!is_host_name(name) && !is_ip6(name))) return whole;
  if (!may_have_ranges && name.find('[') != std::string::npos) return whole;
  return {name, std::stoi(digits)};
}

bool is_address(std::string_view text) {
  const std::string name(text);
  return split_port(text, true).port.has_value() || is_host_name(name) || is_ip6(name);
}

std::vector<std::string> expand_ranges(const std::string& pattern, base::Pos pos) {
  const Pieces pieces = read_pieces(pattern, pos);
  require_bounded(pieces, pattern, pos);
  std::vector<std::string> names = {""};
  for (const auto& [text, range] : pieces.ranges) {
    std::vector<std::string> longer;
    longer.reserve(names.size() * static_cast<std::size_t>(range.count));
    for (const std::string& name : names)
      for (std::uint64_t at = 0; at < range.count; ++at)
        longer.push_back(name + text + range.member(at));
    names = std::move(longer);
  }
  for (std::string& name : names) name += pieces.tail;
  return names;
}

}  // namespace provisioner::inventory

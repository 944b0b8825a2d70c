// Host names of inventory lines: ports and ranges.

#include "provisioner/language/inventory/host_pattern.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using base::Regex;

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

std::string padded(std::int64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

// The texts one range stands for.
std::vector<std::string> members(const std::string& range, const std::string& pattern,
                                 base::Pos pos) {
  const std::vector<std::string> bounds = base::split(range, ':');
  if (bounds.size() != 2 && bounds.size() != 3)
    throw bad_range(pattern, "it has no begin and end", pos);
  const std::string begin = bounds[0].empty() ? "0" : bounds[0];
  const std::string& end = bounds[1];
  if (end.empty()) throw bad_range(pattern, "it has no end", pos);
  const std::size_t width = begin.front() == '0' && begin.size() > 1 ? begin.size() : 0;
  if (width != 0 && end.size() != width)
    throw bad_range(pattern, "'" + begin + "' and '" + end + "' are not of one length", pos);
  const std::int64_t step = bounds.size() == 3 ? number_of(bounds[2], pattern, pos) : 1;
  if (step <= 0) throw bad_range(pattern, "the step must be 1 or more", pos);

  std::vector<std::string> texts;
  const std::size_t first = letters.find(begin), last = letters.find(end);
  if (first != std::string_view::npos && last != std::string_view::npos) {
    if (first > last) throw bad_range(pattern, "it ends before it begins", pos);
    for (std::size_t at = first; at <= last; at += static_cast<std::size_t>(step))
      texts.emplace_back(1, letters[at]);
    return texts;
  }
  const std::int64_t from = number_of(begin, pattern, pos), to = number_of(end, pattern, pos);
  if (from > to) throw bad_range(pattern, "it ends before it begins", pos);
  for (std::int64_t number = from; number <= to; number += step) {
    texts.push_back(padded(number, width));
    if (texts.size() > 100'000)
      throw bad_range(pattern, "it stands for more than 100000 hosts", pos);
  }
  return texts;
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
  const std::size_t open = pattern.find('[');
  if (open == std::string::npos) return {pattern};
  const std::size_t close = pattern.find(']', open);
  if (close == std::string::npos) throw bad_range(pattern, "']' is missing", pos);
  std::vector<std::string> names;
  const std::string head = pattern.substr(0, open), tail = pattern.substr(close + 1);
  for (const std::string& member :
       members(pattern.substr(open + 1, close - open - 1), pattern, pos))
    for (std::string& name : expand_ranges(head + member + tail, pos))
      names.push_back(std::move(name));
  return names;
}

}  // namespace provisioner::inventory

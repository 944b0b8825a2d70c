// Python's regular expressions over PCRE2.

#include "provisioner/base/base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <charconv>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::base {
namespace {

// Enough for any honest pattern over a file; a runaway one fails within a fraction of a second.
constexpr std::uint32_t match_limit = 10'000'000;
constexpr std::uint32_t depth_limit = 100'000;

// Python's \Z is PCRE2's \z; everything else that playbooks use is spelt alike.
std::string translated(std::string_view pattern) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      text += '\\';
      text += pattern[at + 1] == 'Z' ? 'z' : pattern[at + 1];
      ++at;
    } else {
      text += pattern[at];
    }
  }
  return text;
}

std::uint32_t options_of(unsigned flags, std::string_view pattern) {
  std::uint32_t options = 0;
  if ((flags & Regex::ignore_case) != 0) options |= PCRE2_CASELESS;
  if ((flags & Regex::multiline) != 0) options |= PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX;
  if ((flags & Regex::dot_all) != 0) options |= PCRE2_DOTALL;
  if (is_utf8(pattern)) options |= PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF;
  return options;
}

struct FreeMatch {
  void operator()(pcre2_match_data* match) const { pcre2_match_data_free(match); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

std::string message_of(int code) {
  std::array<PCRE2_UCHAR, 256> buffer{};
  pcre2_get_error_message(code, buffer.data(), buffer.size());
  return reinterpret_cast<const char*>(buffer.data());
}

std::optional<Regex::Match> run(const pcre2_code* code, std::string_view text, std::size_t from,
                                std::uint32_t options) {
  const std::unique_ptr<pcre2_match_data, FreeMatch> match(
      pcre2_match_data_create_from_pattern(code, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(
      pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), match_limit);
  pcre2_set_depth_limit(context.get(), depth_limit);
  const int count = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
                                options, match.get(), context.get());
  if (count == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (count < 0) throw Error(Kind::failed, "a regular expression gave up: " + message_of(count));
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(match.get());
  Regex::Match result;
  const std::uint32_t groups = pcre2_get_ovector_count(match.get());
  for (std::uint32_t group = 0; group < groups; ++group) {
    const PCRE2_SIZE begin = offsets[2 * group], end = offsets[2 * group + 1];
    if (begin == PCRE2_UNSET)
      result.groups.emplace_back(std::nullopt);
    else
      result.groups.emplace_back(std::pair<std::size_t, std::size_t>(begin, end));
  }
  return result;
}

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace

Regex::Regex(std::string_view pattern, unsigned flags) {
  const std::string text = translated(pattern);
  int code = 0;
  PCRE2_SIZE place = 0;
  pcre2_code* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                       options_of(flags, text), &code, &place, nullptr);
  if (compiled == nullptr)
    throw Error(Kind::input, "'" + std::string(pattern) + "' is no regular expression: " +
                                 message_of(code) + " at position " + std::to_string(place));
  code_ = std::shared_ptr<pcre2_code>(compiled, pcre2_code_free);
}

std::optional<Regex::Match> Regex::search(std::string_view text, std::size_t from) const {
  return run(code_.get(), text, from, 0);
}

std::optional<Regex::Match> Regex::match_start(std::string_view text) const {
  return run(code_.get(), text, 0, PCRE2_ANCHORED);
}

// Empty matches are found, too, also right behind a match that was not empty (Python since 3.7).
std::vector<Regex::Match> Regex::find_all(std::string_view text) const {
  std::vector<Match> all;
  std::size_t from = 0;
  bool may_be_empty = true;
  while (from <= text.size()) {
    const std::uint32_t options = may_be_empty ? 0U : PCRE2_NOTEMPTY_ATSTART;
    auto match = run(code_.get(), text, from, options);
    if (!match) break;
    from = match->end();
    may_be_empty = match->end() != match->begin();
    all.push_back(std::move(*match));
    if (!may_be_empty && from >= text.size()) break;
  }
  return all;
}

std::vector<std::pair<std::string, std::size_t>> Regex::group_names() const {
  std::uint32_t count = 0, size = 0;
  PCRE2_SPTR table = nullptr;
  pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info(code_.get(), PCRE2_INFO_NAMETABLE, &table);
  std::vector<std::pair<std::string, std::size_t>> names;
  for (std::uint32_t index = 0; index < count; ++index) {
    const PCRE2_SPTR entry = table + static_cast<std::size_t>(index) * size;
    names.emplace_back(reinterpret_cast<const char*>(entry + 2),
                       static_cast<std::size_t>(entry[0] << 8U | entry[1]));
  }
  return names;
}

namespace {

[[noreturn]] void refuse_group(std::string_view name) {
  throw Error(Kind::input, "invalid group reference '" + std::string(name) + "'");
}

std::string group_of(const Regex::Match& match, std::string_view text, std::string_view digits) {
  std::size_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (read.ec != std::errc() || number >= match.groups.size()) refuse_group(digits);
  return group_text(match, text, number).value_or("");
}

// "\g<name>", "\g<1>"; `at` stands on the "<", and moves behind the ">".
std::string named_group(std::string_view replacement, std::size_t& at, const Regex::Match& match,
                        std::string_view text, const Regex& regex) {
  const std::size_t end = replacement.find('>', at);
  if (at >= replacement.size() || replacement[at] != '<' || end == std::string_view::npos)
    throw Error(Kind::input, "a group's name is missing behind '\\g'");
  const std::string_view name = replacement.substr(at + 1, end - at - 1);
  at = end + 1;
  if (!name.empty() && is_digit(name[0])) return group_of(match, text, name);
  for (const auto& [known, number] : regex.group_names())
    if (known == name) return group_text(match, text, number).value_or("");
  throw Error(Kind::input, "unknown group name '" + std::string(name) + "'");
}

// "\0", "\012", "\123" are characters by their octal number; as many digits as are one, or none.
std::size_t octal_digits(std::string_view digits) {
  const auto is_octal = [&](std::size_t at) {
    return at < digits.size() && digits[at] >= '0' && digits[at] <= '7';
  };
  if (digits[0] == '0') return is_octal(1) ? (is_octal(2) ? 3 : 2) : 1;
  return digits[0] <= '3' && is_octal(0) && is_octal(1) && is_octal(2) ? 3 : 0;
}

// One escape of a replacement template; `at` stands behind the backslash, and moves behind it all.
std::string expanded_escape(std::string_view replacement, std::size_t& at,
                            const Regex::Match& match, std::string_view text, const Regex& regex) {
  const char kind = replacement[at];
  if (is_digit(kind)) {
    const std::string_view digits = replacement.substr(at);
    if (const std::size_t count = octal_digits(digits); count != 0) {
      at += count;
      const int code = std::stoi(std::string(digits.substr(0, count)), nullptr, 8);
      if (code < 0x80) return std::string(1, static_cast<char>(code));
      return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    }
    const std::size_t count = digits.size() > 1 && is_digit(digits[1]) ? 2 : 1;
    at += count;
    return group_of(match, text, digits.substr(0, count));
  }
  ++at;
  if (kind == 'g') return named_group(replacement, at, match, text, regex);
  constexpr std::string_view letters = "abfnrtv\\", meant = "\a\b\f\n\r\t\v\\";
  if (const std::size_t known = letters.find(kind); known != std::string_view::npos)
    return std::string(1, meant[known]);
  if ((kind >= 'a' && kind <= 'z') || (kind >= 'A' && kind <= 'Z'))
    throw Error(Kind::input, "bad escape '\\" + std::string(1, kind) + "' in a replacement");
  return std::string{'\\', kind};
}

}  // namespace

std::string Regex::replace(std::string_view text, std::string_view replacement,
                           std::size_t count) const {
  std::string result;
  std::size_t copied = 0, done = 0;
  for (const Match& match : find_all(text)) {
    if (count != 0 && done++ == count) break;
    result += text.substr(copied, match.begin() - copied);
    for (std::size_t at = 0; at < replacement.size();) {
      if (replacement[at] == '\\' && at + 1 < replacement.size())
        result += expanded_escape(replacement, ++at, match, text, *this);
      else
        result += replacement[at++];
    }
    copied = match.end();
  }
  return result.append(text.substr(copied));
}

std::optional<std::string> group_text(const Regex::Match& match, std::string_view text,
                                      std::size_t group) {
  if (group >= match.groups.size() || !match.groups[group]) return std::nullopt;
  const auto [begin, end] = *match.groups[group];
  return std::string(text.substr(begin, end - begin));
}

}  // namespace provisioner::base

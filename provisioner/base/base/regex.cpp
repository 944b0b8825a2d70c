// Python's regular expressions over PCRE2.

#include "provisioner/base/base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

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
  std::uint32_t options = PCRE2_USE_OFFSET_LIMIT;
  if ((flags & Regex::ignore_case) != 0) options |= PCRE2_CASELESS;
  if ((flags & Regex::multiline) != 0) options |= PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX;
  if ((flags & Regex::dot_all) != 0) options |= PCRE2_DOTALL;
  if (is_utf8(pattern)) options |= PCRE2_UTF | PCRE2_UCP;
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

[[noreturn]] void give_up(const std::string& why) {
  throw Error(Kind::failed, "a regular expression gave up: " + why);
}

std::shared_ptr<pcre2_code> compiled(const std::string& pattern, std::uint32_t options) {
  int code = 0;
  PCRE2_SIZE place = 0;
  pcre2_code* made = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   options, &code, &place, nullptr);
  if (made == nullptr)
    throw Error(Kind::input, "'" + pattern + "' is no regular expression: " + message_of(code) +
                                 " at position " + std::to_string(place));
  return {made, pcre2_code_free};
}

std::chrono::nanoseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

// One pattern at work on one text.
class Regex::Matcher {
 public:
  // A text is looked at once for being UTF-8; PCRE2 would look at all of it for each match.
  Matcher(const Regex& regex, std::string_view text) : text_(text) {
    const bool is_bytes = (regex.options_ & PCRE2_UTF) == 0;
    is_checked_ = is_bytes || is_utf8(text);
    code_ = is_checked_ ? regex.code_
                        : compiled(regex.pattern_, regex.options_ | PCRE2_MATCH_INVALID_UTF);
    match_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
    context_.reset(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(context_.get(), match_limit);
    pcre2_set_depth_limit(context_.get(), depth_limit);
    constexpr std::size_t bytes_a_second = 32UL * 1024 * 1024;
    deadline_ = processor_time() + std::chrono::seconds(2 + text.size() / bytes_a_second);
  }

  // In pieces, so that a pattern that looks through the whole text from each of its characters ends
  // some time.
  std::optional<Match> next(std::size_t from, std::uint32_t options) {
    constexpr std::size_t looks_a_piece = 8UL * 1024 * 1024 * 1024;
    const std::size_t piece =
        std::clamp<std::size_t>(looks_a_piece / (text_.size() + 1), 64, 65'536);
    const bool is_whole = !is_checked_ || (options & PCRE2_ANCHORED) != 0;
    while (true) {
      const std::size_t last = is_whole ? text_.size() : std::min(from + piece, text_.size());
      auto found = run(from, last, options);
      if (found || last == text_.size()) return found;
      options &= ~PCRE2_NOTEMPTY_ATSTART;
      from = last + 1;
      while (from < text_.size() && is_continuation(text_[from])) ++from;
      require_time();
    }
  }

  void require_time() const {
    if (processor_time() > deadline_) give_up("it takes too long");
  }

 private:
  static bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
  }

  // The first match that begins from one place to another.
  std::optional<Match> run(std::size_t from, std::size_t last, std::uint32_t options) {
    pcre2_set_offset_limit(context_.get(), last);
    if (is_checked_) options |= PCRE2_NO_UTF_CHECK;
    const int count = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text_.data()),
                                  text_.size(), from, options, match_.get(), context_.get());
    if (count == PCRE2_ERROR_NOMATCH) return std::nullopt;
    if (count < 0) give_up(message_of(count));
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(match_.get());
    Match result;
    const std::uint32_t groups = pcre2_get_ovector_count(match_.get());
    result.groups.reserve(groups);
    for (std::uint32_t group = 0; group < groups; ++group) {
      const PCRE2_SIZE begin = offsets[2 * group], end = offsets[2 * group + 1];
      if (begin == PCRE2_UNSET)
        result.groups.emplace_back(std::nullopt);
      else
        result.groups.emplace_back(std::pair<std::size_t, std::size_t>(begin, end));
    }
    return result;
  }

  std::string_view text_;
  bool is_checked_ = false;
  std::shared_ptr<pcre2_code> code_;
  std::unique_ptr<pcre2_match_data, FreeMatch> match_;
  std::unique_ptr<pcre2_match_context, FreeContext> context_;
  std::chrono::nanoseconds deadline_{};
};

Regex::Regex(std::string_view pattern, unsigned flags)
    : pattern_(translated(pattern)),
      options_(options_of(flags, pattern_)),
      code_(compiled(pattern_, options_)) {}

std::optional<Regex::Match> Regex::search(std::string_view text, std::size_t from) const {
  return Matcher(*this, text).next(from, 0);
}

std::optional<Regex::Match> Regex::match_start(std::string_view text) const {
  return Matcher(*this, text).next(0, PCRE2_ANCHORED);
}

// Empty matches are found, too, also right behind a match that was not empty (Python since 3.7).
template <class Take>
void Regex::each_match(std::string_view text, Take take) const {
  constexpr std::size_t between_looks = 1000;
  Matcher matcher(*this, text);
  std::size_t from = 0, count = 0;
  bool may_be_empty = true;
  while (from <= text.size()) {
    const auto match = matcher.next(from, may_be_empty ? 0U : PCRE2_NOTEMPTY_ATSTART);
    if (!match || !take(*match)) return;
    from = match->end();
    may_be_empty = match->end() != match->begin();
    if (!may_be_empty && from >= text.size()) return;
    if (++count % between_looks == 0) matcher.require_time();
  }
}

std::vector<Regex::Match> Regex::find_all(std::string_view text) const {
  constexpr std::size_t most_matches = 1'000'000;
  std::vector<Match> all;
  each_match(text, [&](const Match& match) {
    if (all.size() == most_matches)
      give_up("it matches more than " + std::to_string(most_matches) + " times");
    all.push_back(match);
    return true;
  });
  return all;
}

namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

}  // namespace

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

std::string Regex::replace(std::string_view text, std::string_view replacement, std::size_t count,
                           std::size_t largest) const {
  std::string result;
  const auto add = [&](std::string_view more) {
    if (result.size() + more.size() > largest)
      throw Error(Kind::input, "a replaced text would be larger than " +
                                   std::to_string(largest / 1024 / 1024) + " MiB");
    result += more;
  };
  std::size_t copied = 0, done = 0;
  each_match(text, [&](const Match& match) {
    add(text.substr(copied, match.begin() - copied));
    for (std::size_t at = 0; at < replacement.size();) {
      if (replacement[at] == '\\' && at + 1 < replacement.size())
        add(expanded_escape(replacement, ++at, match, text, *this));
      else
        add(replacement.substr(at++, 1));
    }
    copied = match.end();
    return ++done != count;
  });
  add(text.substr(copied));
  return result;
}

std::optional<std::string> group_text(const Regex::Match& match, std::string_view text,
                                      std::size_t group) {
  if (group >= match.groups.size() || !match.groups[group]) return std::nullopt;
  const auto [begin, end] = *match.groups[group];
  return std::string(text.substr(begin, end - begin));
}

}  // namespace provisioner::base

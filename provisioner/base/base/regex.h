#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pcre2_real_code_8;

namespace provisioner::base {

// A compiled Python-style pattern (PCRE2, UTF-8 where the text is UTF-8, with match limits, so that
// no pattern can hang us). Copies share the compiled code. Any thread.
class Regex {
 public:
  enum Flags : unsigned { none = 0, ignore_case = 1, multiline = 2, dot_all = 4 };

  // Python syntax that PCRE2 spells otherwise ((?P<n>), \Z) is translated. Throws Error(input).
  explicit Regex(std::string_view pattern, unsigned flags = none);

  struct Match {
    // Begin and end of each group as byte offsets; group 0 is the whole; nullopt where it took no
    // part.
    std::vector<std::optional<std::pair<std::size_t, std::size_t>>> groups;
    std::size_t begin() const { return groups.front()->first; }
    std::size_t end() const { return groups.front()->second; }
  };

  std::optional<Match> search(std::string_view text, std::size_t from = 0) const;
  std::optional<Match> match_start(
      std::string_view text) const;                          // anchored at the start, as re.match
  std::vector<Match> find_all(std::string_view text) const;  // as re.finditer
  std::vector<std::pair<std::string, std::size_t>> group_names() const;

  // As re.sub: \1, \g<name> in the replacement; `count` 0 means all. Throws Error(input) where the
  // result would be larger than `largest`.
  std::string replace(std::string_view text, std::string_view replacement, std::size_t count = 0,
                      std::size_t largest = SIZE_MAX) const;

 private:
  class Matcher;
  template <class Take>
  void each_match(std::string_view text, Take take) const;  // until `take` answers false

  std::string pattern_;
  std::uint32_t options_ = 0;
  std::shared_ptr<pcre2_real_code_8> code_;
};

// The text of a group, where it took part.
std::optional<std::string> group_text(const Regex::Match& match, std::string_view text,
                                      std::size_t group);

}  // namespace provisioner::base

// What a failure looks like to a person.

#include "provisioner/base/base/error.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/base/url_password.h"

namespace provisioner::base {
namespace {

constexpr std::size_t longest_line = 160;

constexpr std::string_view mask = "********";

// What can be no secret, as YAML writes it without quotes; behind a key that speaks of secrets also
// whose they are.
bool is_harmless(std::string_view word, std::string_view sound) {
  constexpr std::string_view literals[] = {"true", "false", "yes", "no", "on", "off", "null", "~"};
  constexpr std::string_view owners[] = {"provisioner", "platform", "site", "absent"};
  return std::ranges::find(literals, word) != std::end(literals) ||
         (sound == "secret" && std::ranges::find(owners, word) != std::end(owners));
}

// Where hiding begins behind a separator; npos where there is nothing to hide. A harmless word is
// shown where it is all of the value: one with more behind it is the beginning of a text. In a dict
// or list of one line the value ends before the next entry, and may be missing.
std::size_t hidden_from(std::string_view line, std::size_t separator, std::string_view sound) {
  constexpr auto none = std::string_view::npos;
  const std::size_t value = line.find_first_not_of(" \t\"'", separator + 1);
  if (value == none || line.substr(value).starts_with("{{")) return none;  // a template's none
  const std::size_t from = line.find_first_not_of(" \t", separator + 1);
  const std::size_t to = std::min(line.find_first_of(" \t,]}", from), line.size());
  const std::size_t behind = line.find_first_not_of(" \t", to);
  const std::string_view before = line.substr(0, separator);
  const auto opened = std::ranges::count_if(before, [](char c) { return c == '{' || c == '['; });
  const auto closed = std::ranges::count_if(before, [](char c) { return c == '}' || c == ']'; });
  const bool is_last =
      opened > closed && behind != none && std::string_view(",]}").find(line[behind]) != none;
  if (from == to) return is_last ? none : value;
  if (!is_harmless(line.substr(from, to - from), sound)) return value;
  if (behind == none || is_last) return none;
  const bool is_comment = behind > to && line[behind] == '#';
  return is_comment ? behind : value;
}

// Where the value of a key that sounds like a password begins ("login_password: x", "token=x"), or
// the password of a URL.
std::size_t secret_at(std::string_view line) {
  constexpr std::string_view sounds[] = {"password", "passwd", "passphrase", "secret",
                                         "token",    "apikey", "api_key",    "private_key"};
  const std::string lower = lower_case(line);
  std::size_t first = first_url_password(line);
  for (const std::string_view sound : sounds) {
    for (std::size_t at = lower.find(sound); at != std::string::npos;
         at = lower.find(sound, at + 1)) {
      const std::size_t separator =
          lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-\"' ", at + sound.size());
      if (separator == std::string::npos || (lower[separator] != ':' && lower[separator] != '='))
        continue;
      first = std::min(first, hidden_from(lower, separator, sound));
    }
  }
  return first;
}

// The line with a caret under the column; tabs are kept so that the caret stands right on any
// terminal.
std::string excerpt(const Pos& pos) {
  const std::string_view line = line_of(pos.source.source(), pos.line);
  if (line.empty() || pos.source.source().is_secret) return {};
  std::string margin;
  const std::size_t before =
      std::min<std::size_t>(pos.column == 0 ? 0 : pos.column - 1, line.size());
  const std::size_t secret = secret_at(line);
  if (before > longest_line || before > secret) return {};
  for (std::size_t index = 0; index < before; ++index) {
    const auto byte = static_cast<unsigned char>(line[index]);
    if ((byte & 0xC0U) == 0x80U) continue;  // the rest of a character that has its space already
    margin += byte == '\t' ? '\t' : ' ';
  }
  char number[16];
  std::snprintf(number, sizeof number, "%5u", pos.line);
  const std::string shown(line.substr(0, std::min(secret, longest_line)));
  return "\n" + std::string(number) + " | " + escape_for_terminal(shown) +
         std::string(secret < longest_line ? mask : "") + "\n      | " + margin + "^";
}

}  // namespace

Error::Error(Kind kind, std::string message, Pos pos) : kind_(kind) {
  lines_.push_back({std::move(message), pos});
}

Error& Error::add_context(std::string doing, Pos pos) {
  lines_.push_back({std::move(doing), pos});
  return *this;
}

Error& Error::set_hint(std::string hint) {
  hint_ = std::move(hint);
  return *this;
}

Error& Error::set_kind(Kind kind) {
  kind_ = kind;
  return *this;
}

Error& Error::hide_excerpt() {
  has_excerpt_ = false;
  return *this;
}

std::string Error::render(std::string_view severity) const {
  std::string text;
  for (const Line& line : lines_) {
    const bool is_first = text.empty();
    if (!is_first) text += '\n';
    const std::string place = line.pos.text();
    if (!place.empty()) text += escape_for_terminal(place) + ": ";
    if (is_first) text += std::string(severity) + ": ";
    text += escape_for_terminal(line.text);
    if (is_first && has_excerpt_ && line.pos.is_known()) text += excerpt(line.pos);
  }
  if (!hint_.empty()) text += "\nhint: " + escape_for_terminal(hint_);
  return redact(std::move(text));
}

std::vector<Error> Diagnostics::errors_by_place() const {
  std::vector<Error> sorted = errors_;
  std::ranges::stable_sort(sorted, [](const Error& a, const Error& b) {
    const std::string &left = a.pos().source.source().name, &right = b.pos().source.source().name;
    const bool left_is_nowhere = !a.pos().is_known(), right_is_nowhere = !b.pos().is_known();
    return std::tie(left_is_nowhere, left, a.pos().line, a.pos().column) <
           std::tie(right_is_nowhere, right, b.pos().line, b.pos().column);
  });
  return sorted;
}

std::string Diagnostics::render(std::string_view consequence) const {
  std::string text;
  for (const Error& error : errors_by_place()) text += error.render() + "\n\n";
  if (!errors_.empty())
    text += std::to_string(errors_.size()) + (errors_.size() == 1 ? " error" : " errors") +
            std::string(consequence);
  return text;
}

void Diagnostics::throw_if_any() const {
  if (!errors_.empty()) throw errors_.front();
}

}  // namespace provisioner::base

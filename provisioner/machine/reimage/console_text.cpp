// From the bytes of a console to lines that can be kept.

#include "provisioner/machine/reimage/console_text.h"

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/base/base/text.h"

namespace provisioner::reimage {
namespace {

constexpr std::size_t longest_raw = 4096, longest_kept = 300;  // bytes of a line

// A kernel tells its command line, and iPXE what it fetches.
std::string without_tokens(std::string line) {
  static const base::Regex named(R"((provisioner\.token=|/boot/)[0-9a-f]{8,})");
  static const base::Regex bare("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])");
  return bare.replace(named.replace(line, "\\1***"), "***");
}

bool ends_amid_a_token(const std::string& line) {
  static const base::Regex amid(R"((?:provisioner\.token=|/boot/)[0-9a-f]*\Z|[0-9a-f]{8,}\Z)");
  return amid.search(line).has_value();
}

std::optional<std::string> kept(const std::string& raw) {
  const std::string_view trimmed = base::trim(raw);
  if (trimmed.find_first_not_of(". ") == trimmed.npos) return std::nullopt;
  const std::string text = without_tokens(base::redact(std::string(trimmed)));
  return base::escape_for_terminal(text.substr(0, longest_kept));
}

}  // namespace

std::vector<std::string> ConsoleText::take(std::string_view bytes) {
  std::vector<std::string> lines;
  for (const char byte : bytes) take_one(byte, lines);
  return lines;
}

std::optional<std::string> ConsoleText::take_prompt() {
  if (ends_amid_a_token(line_)) return std::nullopt;
  const auto prompt = kept(line_);
  line_.clear();
  return prompt;
}

void ConsoleText::take_one(char byte, std::vector<std::string>& lines) {
  constexpr char escape = '\x1b', bell = '\x07';
  switch (within_) {
    case Within::text:
      if (byte == escape)
        within_ = Within::escape;
      else
        take_text(byte, lines);
      break;
    case Within::escape:
      if (byte == '[')
        within_ = Within::sequence;
      else if (byte == ']' || byte == 'P' || byte == 'X' || byte == '^' || byte == '_')
        within_ = Within::string;
      else if (byte == '(' || byte == ')' || byte == '#' || byte == '%')
        within_ = Within::charset;
      else
        within_ = Within::text;
      break;
    case Within::charset:
      within_ = Within::text;
      break;
    case Within::sequence:
      if (byte >= 0x40 && byte <= 0x7e) end_sequence(byte, lines);
      if (byte < 0x20) within_ = Within::text;  // cut off by something else
      break;
    case Within::string:
      if (byte == bell || byte == '\n') within_ = Within::text;
      if (byte == escape) within_ = Within::string_escape;
      break;
    case Within::string_escape:
      within_ = Within::text;
      break;
  }
}

void ConsoleText::take_text(char byte, std::vector<std::string>& lines) {
  if (byte == '\n') return end_line(lines);
  if (byte == '\r') {
    is_overwritten_ = true;
    return;
  }
  const auto code = static_cast<unsigned char>(byte);
  if (byte == '\b' && !line_.empty()) line_.pop_back();
  if ((code < 0x20 && byte != '\t') || code == 0x7f) return;
  if (is_overwritten_) line_.clear();
  is_overwritten_ = false;
  if (line_.size() < longest_raw) line_ += byte == '\t' ? ' ' : byte;
}

void ConsoleText::end_sequence(char last, std::vector<std::string>& lines) {
  within_ = Within::text;
  constexpr std::string_view elsewhere = "HfEFdJ", further = "CG";
  if (elsewhere.find(last) != elsewhere.npos) end_line(lines);
  if (further.find(last) != further.npos) take_text(' ', lines);
}

void ConsoleText::end_line(std::vector<std::string>& lines) {
  if (auto line = kept(line_)) lines.push_back(std::move(*line));
  line_.clear();
  is_overwritten_ = false;
}

}  // namespace provisioner::reimage

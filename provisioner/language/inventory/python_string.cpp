// Python's string literals: prefixes, single and triple quotes, escapes.

#include "provisioner/language/inventory/python_string.h"

#include <cstdint>

namespace provisioner::inventory {
namespace {

struct Prefix {
  std::size_t length = 0;
  bool is_raw = false;
  bool is_bytes = false;
};

std::optional<Prefix> prefix_of(std::string_view text) {
  Prefix prefix;
  bool is_unicode = false;
  while (prefix.length < text.size() && prefix.length < 2 && text[prefix.length] != '\'' &&
         text[prefix.length] != '"') {
    const char letter = static_cast<char>(text[prefix.length] | 32);
    if (letter == 'r' && !prefix.is_raw && !is_unicode)
      prefix.is_raw = true;
    else if (letter == 'b' && !prefix.is_bytes && !is_unicode)
      prefix.is_bytes = true;
    else if (letter == 'u' && prefix.length == 0)
      is_unicode = true;
    else
      return std::nullopt;
    ++prefix.length;
  }
  if (prefix.length == text.size() || (text[prefix.length] != '\'' && text[prefix.length] != '"'))
    return std::nullopt;
  return prefix;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto byte = [&out](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) return byte(code);
  if (code < 0x800) {
    byte(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
  }
  byte(0x80 | (code & 0x3F));
}

std::optional<std::uint32_t> digits(std::string_view text, std::size_t& at, std::size_t least,
                                    std::size_t most, std::uint32_t base) {
  std::uint32_t number = 0;
  std::size_t count = 0;
  for (; count < most && at < text.size(); ++count, ++at) {
    const char low = static_cast<char>(text[at] | 32);
    const std::uint32_t digit =
        text[at] >= '0' && text[at] <= '9' ? static_cast<std::uint32_t>(text[at] - '0')
        : low >= 'a' && low <= 'f'         ? static_cast<std::uint32_t>(low - 'a' + 10)
                                           : 99;
    if (digit >= base) break;
    number = number * base + digit;
  }
  return count >= least ? std::optional(number) : std::nullopt;
}

// The escape behind a backslash at `at`; false where Python refuses it.
bool append_escape(std::string& out, std::string_view text, std::size_t& at, bool is_bytes) {
  constexpr std::string_view letters = "abfnrtv\\'\"";
  constexpr std::string_view meanings = "\a\b\f\n\r\t\v\\'\"";
  const char letter = text[at];
  if (letter == '\n') {
    ++at;
    return true;
  }
  if (const std::size_t index = letters.find(letter); index != std::string_view::npos) {
    out += meanings[index];
    ++at;
    return true;
  }
  std::optional<std::uint32_t> code;
  if (letter >= '0' && letter <= '7') {
    code = digits(text, at, 1, 3, 8);
  } else if (letter == 'x') {
    code = digits(text, ++at, 2, 2, 16);
  } else if (!is_bytes && (letter == 'u' || letter == 'U')) {
    const std::size_t count = letter == 'u' ? 4 : 8;
    code = digits(text, ++at, count, count, 16);
  } else if (!is_bytes && letter == 'N') {
    return false;  // names of characters are not known here
  } else {
    out += '\\';
    return true;
  }
  if (!code || *code > 0x10FFFF) return false;
  append_utf8(out, *code);
  return true;
}

}  // namespace

bool begins_python_string(std::string_view text) {
  return !text.empty() && prefix_of(text).has_value();
}

std::optional<PythonString> read_python_string(std::string_view text) {
  const std::optional<Prefix> prefix = prefix_of(text);
  if (!prefix) return std::nullopt;
  std::size_t at = prefix->length;
  const char quote = text[at];
  const bool is_triple = text.substr(at, 3) == std::string(3, quote);
  const std::string close(is_triple ? 3 : 1, quote);
  at += close.size();
  PythonString result{.text = {}, .length = 0, .is_bytes = prefix->is_bytes};
  while (at < text.size()) {
    if (text.substr(at, close.size()) == close) {
      result.length = at + close.size();
      return result;
    }
    if (text[at] == '\n' && !is_triple) return std::nullopt;
    if (text[at] != '\\') {
      result.text += text[at++];
      continue;
    }
    if (++at == text.size()) return std::nullopt;
    if (prefix->is_raw) {
      result.text += '\\';
      result.text += text[at++];
    } else if (!append_escape(result.text, text, at, prefix->is_bytes)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace provisioner::inventory

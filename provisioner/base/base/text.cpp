// Small text questions that every room asks.

#include "provisioner/base/base/text.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

#include "provisioner/base/base/error.h"

namespace provisioner::base {
namespace {

// The code point that begins at `at` and its length in bytes; length 0 where the bytes are no
// UTF-8.
struct Character {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t index) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[index]));
  };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xF0 && first < 0xF5 ? 4
                             : first >= 0xE0               ? 3
                             : first >= 0xC2               ? 2
                                                           : 0;
  if (length == 0 || first >= 0xF5 || at + length > text.size()) return {};
  std::uint32_t code = first & (0x7FU >> length);
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(at + index) & 0xC0U) != 0x80U) return {};
    code = code << 6U | (byte(at + index) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> least = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least[length] || code > 0x10FFFF || is_surrogate) return {};
  return {code, length};
}

// Characters that change how a terminal shows what follows, or that reorder it.
bool is_unsafe(std::uint32_t code) {
  if (code == '\n' || code == '\t') return false;
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x200B && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) ||
         code == 0x061C || code == 0xFEFF;
}

std::string numbered(const char* format, std::uint32_t number) {
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, number);
  return buffer.data();
}

bool is_space(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

int digit_of(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.emplace_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) joined += separator;
    joined += part;
  }
  return joined;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  std::size_t found = from.empty() ? std::string::npos : text.find(from), copied = 0;
  if (found == std::string::npos) return text;
  std::string result;
  for (; found != std::string::npos; found = text.find(from, copied)) {
    result.append(text, copied, found - copied).append(to);
    copied = found + from.size();
  }
  return result.append(text, copied);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& byte : lower)
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  return lower;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (character.length == 0) return false;
    at += character.length;
  }
  return true;
}

std::optional<std::int64_t> integer_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = fault == std::errc() && end == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

std::string escape_for_terminal(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    if (character.length == 0) {
      safe += numbered("\\x%02x", static_cast<unsigned char>(text[at]));
      ++at;
      continue;
    }
    if (!is_unsafe(character.code))
      safe += text.substr(at, character.length);
    else
      safe += character.code < 0x100 ? numbered("\\x%02x", character.code)
                                     : numbered("\\u{%04x}", character.code);
    at += character.length;
  }
  return safe;
}

std::string shell_quote(std::string_view word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_";
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos)
    return std::string(word);
  return "'" + replace_all(std::string(word), "'", "'\"'\"'") + "'";
}

std::vector<std::string> shell_split(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char byte = text[at];
    if (byte == '\\' && quote != '\'') {
      if (++at == text.size()) throw Error(Kind::input, "No escaped character");
      const bool is_kept = quote == '"' && text[at] != '"' && text[at] != '\\';
      word += is_kept ? std::string{'\\', text[at]} : std::string(1, text[at]);
      in_word = true;
    } else if (quote != 0) {
      if (byte == quote)
        quote = 0;
      else
        word += byte;
    } else if (byte == '"' || byte == '\'') {
      quote = byte;
      in_word = true;
    } else if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += byte;
      in_word = true;
    }
  }
  if (quote != 0) throw Error(Kind::input, "No closing quotation");
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto number = static_cast<unsigned char>(byte);
    text += digits[number >> 4U];
    text += digits[number & 15U];
  }
  return text;
}

std::string unhex(std::string_view digits) {
  if (digits.size() % 2 != 0)
    throw Error(Kind::input, "hexadecimal text has an odd number of digits");
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t at = 0; at < digits.size(); at += 2) {
    const int high = digit_of(digits[at]), low = digit_of(digits[at + 1]);
    if (high < 0 || low < 0) throw Error(Kind::input, "this is not hexadecimal text");
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string base64_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
    for (std::size_t index = 0; index < 3; ++index)
      group = group << 8U | (index < count ? static_cast<unsigned char>(bytes[at + index]) : 0U);
    for (std::size_t index = 0; index < 4; ++index)
      text += index <= count
                  ? base64_digits[group >> (18U - 6U * static_cast<unsigned>(index)) & 63U]
                  : '=';
  }
  return text;
}

std::string base64_decode(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  unsigned bits = 0;
  std::size_t digits = 0, padding = 0;
  for (const char byte : text) {
    if (is_space(byte)) continue;
    if (byte == '=') {
      ++padding;
      continue;
    }
    const std::size_t digit = base64_digits.find(byte);
    if (digit == std::string_view::npos || padding > 0)
      throw Error(Kind::input, "this is not base64 text");
    group = group << 6U | static_cast<std::uint32_t>(digit);
    bits += 6;
    ++digits;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(group >> bits & 0xFFU);
  }
  if ((digits + padding) % 4 != 0) throw Error(Kind::input, "base64 text with incorrect padding");
  return bytes;
}

}  // namespace provisioner::base

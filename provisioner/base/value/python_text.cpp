// Python's way to print data.

#include "provisioner/base/value/python_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "provisioner/base/base/text.h"

namespace provisioner::value {
namespace {

struct Range {
  char32_t first, last;
};

// What repr() does not print as it is, by block: controls, blanks that are no space, marks that
// cannot be seen, private and unassigned planes.
constexpr std::array<Range, 15> unprintable = {{{0x00, 0x1F},
                                                {0x7F, 0xA0},
                                                {0xAD, 0xAD},
                                                {0x0600, 0x0605},
                                                {0x061C, 0x061C},
                                                {0x1680, 0x1680},
                                                {0x180E, 0x180E},
                                                {0x2000, 0x200F},
                                                {0x2028, 0x202F},
                                                {0x205F, 0x206F},
                                                {0x3000, 0x3000},
                                                {0xD800, 0xF8FF},
                                                {0xFEFF, 0xFEFF},
                                                {0xFFF0, 0xFFFB},
                                                {0xE0000, 0x10FFFF}}};

std::size_t length_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  return std::min(length, text.size() - at);
}

char32_t code_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (character.size() == 1) return lead;
  char32_t code = lead & (0x7FU >> character.size());
  for (const char byte : character.substr(1))
    code = (code << 6U) | (static_cast<unsigned char>(byte) & 0x3FU);
  return code;
}

// A byte that is no UTF-8 stays as it is: what goes to a screen is escaped there.
std::string escaped(std::string_view character) {
  const char32_t code = code_of(character);
  const auto number = static_cast<std::uint32_t>(code);
  if (code == U'\n') return "\\n";
  if (code == U'\t') return "\\t";
  if (code == U'\r') return "\\r";
  const bool is_shown = std::none_of(
      unprintable.begin(), unprintable.end(),
      [code](const Range& range) { return code >= range.first && code <= range.last; });
  if (is_shown || (character.size() == 1 && number >= 0x80)) return std::string(character);
  return number < 0x100     ? fmt::format("\\x{:02x}", number)
         : number < 0x10000 ? fmt::format("\\u{:04x}", number)
                            : fmt::format("\\U{:08x}", number);
}

}  // namespace

// In double quotes where there is a single one and no other.
std::string python_quoted(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string result(1, quote);
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view character = text.substr(at, length_at(text, at));
    if (character[0] == '\\' || character[0] == quote) result += '\\';
    result += escaped(character);
    at += character.size();
  }
  return result + quote;
}

std::string python_real(double real) {
  if (std::isnan(real)) return "nan";
  if (std::isinf(real)) return real > 0 ? "inf" : "-inf";
  const double size = std::fabs(real);
  const bool has_exponent = size != 0 && (size >= 1e16 || size < 1e-4);
  std::array<char, 400> buffer{};
  const auto [end, code] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), real,
                    has_exponent ? std::chars_format::scientific : std::chars_format::fixed);
  std::string text(buffer.data(), code == std::errc() ? end : buffer.data());
  if (!has_exponent && text.find('.') == std::string::npos) text += ".0";
  return text;
}

std::string python_text(const Value& value) {
  switch (value.kind()) {
    case Kind::string:
    case Kind::date:
    case Kind::sealed:
      return value.text();
    default:
      return python_repr(value);
  }
}

std::string python_repr(const Value& value) {
  switch (value.kind()) {
    case Kind::none:
      return "None";
    case Kind::boolean:
      return value.boolean() ? "True" : "False";
    case Kind::integer:
      return std::to_string(value.integer());
    case Kind::real:
      return python_real(value.real());
    case Kind::list: {
      std::vector<std::string> parts;
      for (const Value& item : value.list()) parts.push_back(python_repr(item));
      return "[" + base::join(parts, ", ") + "]";
    }
    case Kind::dict: {
      std::vector<std::string> parts;
      for (const auto& [key, item] : value.dict())
        parts.push_back(python_repr(key) + ": " + python_repr(item));
      return "{" + base::join(parts, ", ") + "}";
    }
    default:
      return python_quoted(value.text());
  }
}

}  // namespace provisioner::value

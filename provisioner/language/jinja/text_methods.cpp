// Python's str.

#include "provisioner/language/jinja/text_methods.h"

#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/evaluator.h"

namespace provisioner::jinja {
namespace {

bool is_upper(char byte) { return byte >= 'A' && byte <= 'Z'; }
bool is_lower(char byte) { return byte >= 'a' && byte <= 'z'; }
bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_wide(char byte) { return static_cast<unsigned char>(byte) >= 0x80; }
bool is_letter(char byte) { return is_upper(byte) || is_lower(byte) || is_wide(byte); }

std::uint32_t point_of(std::string_view character) {
  constexpr std::uint32_t masks[] = {0x7F, 0x7F, 0x1F, 0x0F, 0x07};
  std::uint32_t code = static_cast<unsigned char>(character[0]) & masks[character.size()];
  for (std::size_t at = 1; at < character.size(); ++at)
    code = code << 6U | (static_cast<unsigned char>(character[at]) & 0x3FU);
  return code;
}

// By the C library's table of Unicode, which a locale's name opens.
std::string case_changed(std::string_view character, bool to_upper) {
  static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (character.size() == 1) {
    const char byte = character[0];
    if (to_upper && is_lower(byte)) return std::string(1, static_cast<char>(byte - 32));
    if (!to_upper && is_upper(byte)) return std::string(1, static_cast<char>(byte + 32));
    return std::string(1, byte);
  }
  if (to_upper && character == "ß") return "SS";
  if (unicode == nullptr || character.size() > 4) return std::string(character);
  const auto code = static_cast<wint_t>(point_of(character));
  return text_of_point(to_upper ? towupper_l(code, unicode) : towlower_l(code, unicode));
}

std::string mapped(std::string_view text, bool to_upper) {
  std::string result;
  for (const std::string_view character : Characters(text))
    result += case_changed(character, to_upper);
  return result;
}

Object list_of(const std::vector<std::string>& words) {
  require_list_size(words.size());
  return Object::list({words.begin(), words.end()});
}

std::vector<std::string> prefixes_of(const Object& object) {
  std::vector<std::string> all;
  if (object.is_tuple())
    for (const Object& one : items_of(object)) all.push_back(text_of(one));
  else
    all.push_back(text_of(object));
  return all;
}

template <class Predicate>
bool all_bytes(const std::string& text, Predicate predicate) {
  return !text.empty() && std::all_of(text.begin(), text.end(), predicate);
}

// Byte offsets are given as character indices.
Object found_at(const std::string& text, std::size_t place) {
  return Object(place == std::string::npos
                    ? std::int64_t{-1}
                    : static_cast<std::int64_t>(character_count(text.substr(0, place))));
}

std::string require_separator(const Call& call) {
  std::string separator = call.text(0, "sep");
  if (separator.empty()) type_error("empty separator");
  return separator;
}

using Method = std::function<Object(const std::string& self, const Call& call)>;

std::map<std::string, Method, std::less<>> shape_methods() {
  return {
      {"upper", [](const std::string& s, const Call&) { return Object(upper_text(s)); }},
      {"lower", [](const std::string& s, const Call&) { return Object(lower_text(s)); }},
      {"casefold", [](const std::string& s, const Call&) { return Object(lower_text(s)); }},
      {"title", [](const std::string& s, const Call&) { return Object(title_text(s)); }},
      {"capitalize", [](const std::string& s, const Call&) { return Object(capitalized(s)); }},
      {"swapcase",
       [](const std::string& s, const Call&) {
         std::string result;
         for (const std::string_view c : Characters(s))
           result += case_changed(c, true) == c ? case_changed(c, false) : case_changed(c, true);
         return Object(result);
       }},
      {"strip",
       [](const std::string& s, const Call& c) {
         return Object(stripped(s, c.text_or(0, "chars", ""), Side::both));
       }},
      {"lstrip",
       [](const std::string& s, const Call& c) {
         return Object(stripped(s, c.text_or(0, "chars", ""), Side::left));
       }},
      {"rstrip",
       [](const std::string& s, const Call& c) {
         return Object(stripped(s, c.text_or(0, "chars", ""), Side::right));
       }},
      {"zfill",
       [](const std::string& s, const Call& c) {
         const bool is_signed = s.starts_with('-') || s.starts_with('+');
         const std::string sign = is_signed ? s.substr(0, 1) : "";
         return Object(sign +
                       padded(s.substr(sign.size()),
                              c.integer_or(0, "width", 0) - static_cast<std::int64_t>(sign.size()),
                              "0", Side::left));
       }},
      {"ljust",
       [](const std::string& s, const Call& c) {
         return Object(
             padded(s, c.integer_or(0, "width", 0), c.text_or(1, "fillchar", " "), Side::right));
       }},
      {"rjust",
       [](const std::string& s, const Call& c) {
         return Object(
             padded(s, c.integer_or(0, "width", 0), c.text_or(1, "fillchar", " "), Side::left));
       }},
      {"center",
       [](const std::string& s, const Call& c) {
         return Object(centered(s, c.integer_or(0, "width", 0), c.text_or(1, "fillchar", " ")));
       }},
      {"format", [](const std::string& s, const Call& c) { return Object(brace_format(s, c)); }},
      {"encode", [](const std::string& s, const Call&) { return Object(s); }},
      {"decode", [](const std::string& s, const Call&) { return Object(s); }},
      {"expandtabs",
       [](const std::string& s, const Call& c) {
         return Object(
             replaced(s, "\t", padded("", c.integer_or(0, "tabsize", 8), " ", Side::left)));
       }},
      {"removeprefix",
       [](const std::string& s, const Call& c) {
         const std::string prefix = c.text(0, "prefix");
         return Object(s.starts_with(prefix) ? s.substr(prefix.size()) : s);
       }},
      {"removesuffix",
       [](const std::string& s, const Call& c) {
         const std::string suffix = c.text(0, "suffix");
         return Object(
             !suffix.empty() && s.ends_with(suffix) ? s.substr(0, s.size() - suffix.size()) : s);
       }},
  };
}

std::map<std::string, Method, std::less<>> search_methods() {
  return {
      {"startswith",
       [](const std::string& s, const Call& c) {
         const auto prefixes = prefixes_of(c.get(0, "prefix"));
         return Object(std::any_of(prefixes.begin(), prefixes.end(),
                                   [&](const std::string& p) { return s.starts_with(p); }));
       }},
      {"endswith",
       [](const std::string& s, const Call& c) {
         const auto suffixes = prefixes_of(c.get(0, "suffix"));
         return Object(std::any_of(suffixes.begin(), suffixes.end(),
                                   [&](const std::string& p) { return s.ends_with(p); }));
       }},
      {"find",
       [](const std::string& s, const Call& c) { return found_at(s, s.find(c.text(0, "sub"))); }},
      {"rfind",
       [](const std::string& s, const Call& c) { return found_at(s, s.rfind(c.text(0, "sub"))); }},
      {"index",
       [](const std::string& s, const Call& c) {
         const std::size_t place = s.find(c.text(0, "sub"));
         if (place == std::string::npos) type_error("substring not found");
         return found_at(s, place);
       }},
      {"count",
       [](const std::string& s, const Call& c) {
         const std::string part = c.text(0, "sub");
         if (part.empty()) return Object(static_cast<std::int64_t>(character_count(s)) + 1);
         std::int64_t count = 0;
         for (std::size_t at = s.find(part); at != std::string::npos;
              at = s.find(part, at + part.size()))
           ++count;
         return Object(count);
       }},
      {"replace",
       [](const std::string& s, const Call& c) {
         const std::string from = c.text(0, "old"), to = c.text(1, "new");
         return Object(replaced(s, from, to, c.integer_or(2, "count", -1)));
       }},
      {"split",
       [](const std::string& s, const Call& c) {
         const Object separator = c.get(0, "sep");
         const bool by_blanks = separator.is_undefined() || separator.is_none();
         return list_of(split_text(s, by_blanks ? std::nullopt : std::optional(text_of(separator)),
                                   c.integer_or(1, "maxsplit", -1)));
       }},
      {"rsplit",
       [](const std::string& s, const Call& c) {
         const Object separator = c.get(0, "sep");
         const bool by_blanks = separator.is_undefined() || separator.is_none();
         return list_of(
             split_text_right(s, by_blanks ? std::nullopt : std::optional(text_of(separator)),
                              c.integer_or(1, "maxsplit", -1)));
       }},
      {"splitlines",
       [](const std::string& s, const Call&) {
         require_list_size(static_cast<std::size_t>(std::count(s.begin(), s.end(), '\n')));
         std::vector<std::string> lines;
         for (const std::string_view line : base::lines_of(s)) lines.emplace_back(line);
         return list_of(lines);
       }},
      {"partition",
       [](const std::string& s, const Call& c) {
         const std::string separator = require_separator(c);
         const std::size_t place = s.find(separator);
         if (place == std::string::npos) return Object::tuple({Object(s), Object(""), Object("")});
         return Object::tuple({Object(s.substr(0, place)), Object(separator),
                               Object(s.substr(place + separator.size()))});
       }},
      {"rpartition",
       [](const std::string& s, const Call& c) {
         const std::string separator = require_separator(c);
         const std::size_t place = s.rfind(separator);
         if (place == std::string::npos) return Object::tuple({Object(""), Object(""), Object(s)});
         return Object::tuple({Object(s.substr(0, place)), Object(separator),
                               Object(s.substr(place + separator.size()))});
       }},
      {"join",
       [](const std::string& s, const Call& c) {
         std::string text;
         bool is_first = true;
         for (const Object& item : items_of(c.get(0, "iterable"))) {
           if (!item.is_string())
             type_error("sequence item: expected str instance, " + type_name(item) + " found");
           if (!is_first) add_text(text, s);
           add_text(text, item.scalar().text());
           is_first = false;
         }
         return Object(text);
       }},
      {"isdigit", [](const std::string& s, const Call&) { return Object(all_bytes(s, is_digit)); }},
      {"isdecimal",
       [](const std::string& s, const Call&) { return Object(all_bytes(s, is_digit)); }},
      {"isnumeric",
       [](const std::string& s, const Call&) { return Object(all_bytes(s, is_digit)); }},
      {"isalpha",
       [](const std::string& s, const Call&) { return Object(all_bytes(s, is_letter)); }},
      {"isalnum",
       [](const std::string& s, const Call&) {
         return Object(all_bytes(s, [](char b) { return is_letter(b) || is_digit(b); }));
       }},
      {"isspace",
       [](const std::string& s, const Call&) {
         return Object(!s.empty() && stripped(s, "", Side::both).empty());
       }},
      {"isupper", [](const std::string& s,
                     const Call&) { return Object(upper_text(s) == s && lower_text(s) != s); }},
      {"islower", [](const std::string& s,
                     const Call&) { return Object(lower_text(s) == s && upper_text(s) != s); }},
  };
}

}  // namespace

std::string text_of_point(std::uint32_t code) {
  std::string text;
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0U | code >> 6U);
    text += static_cast<char>(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0U | code >> 12U);
    text += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
    text += static_cast<char>(0x80U | (code & 0x3FU));
  } else {
    text += static_cast<char>(0xF0U | code >> 18U);
    text += static_cast<char>(0x80U | (code >> 12U & 0x3FU));
    text += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
    text += static_cast<char>(0x80U | (code & 0x3FU));
  }
  return text;
}

std::optional<Object> text_method(const Object& text, const std::string& name) {
  static const auto methods = [] {
    auto all = shape_methods();
    all.merge(search_methods());
    return all;
  }();
  const auto found = methods.find(name);
  if (found == methods.end()) return std::nullopt;
  return Object::callable(name, [text, body = &found->second](const Call& call) {
    spend_on(text);
    return (*body)(text.scalar().text(), call);
  });
}

std::string upper_text(std::string_view text) { return mapped(text, true); }
std::string lower_text(std::string_view text) { return mapped(text, false); }

std::string title_text(std::string_view text) {
  std::string result;
  bool is_inside = false;
  for (const std::string_view character : Characters(text)) {
    result += case_changed(character, !is_inside);
    is_inside = is_letter(character[0]);
  }
  return result;
}

std::string capitalized(std::string_view text) {
  std::string result;
  bool is_first = true;
  for (const std::string_view character : Characters(text)) {
    result += case_changed(character, is_first);
    is_first = false;
  }
  return result;
}

}  // namespace provisioner::jinja

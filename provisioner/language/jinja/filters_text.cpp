// Filters on texts.

#include <algorithm>
#include <cctype>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {
namespace {

std::vector<std::string> lines_kept(const std::string& text) {
  require_list_size(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')));
  std::vector<std::string> lines = base::split(text, '\n');
  for (std::string& line : lines)
    if (line.ends_with('\r')) line.pop_back();
  return lines;
}

// Runs of letters, digits and underscores, as Jinja2 counts them.
std::int64_t words_in(const std::string& text) {
  std::int64_t count = 0;
  bool is_inside = false;
  for (const char byte : text) {
    const bool is_word = std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_' ||
                         static_cast<unsigned char>(byte) >= 0x80;
    count += is_word && !is_inside ? 1 : 0;
    is_inside = is_word;
  }
  return count;
}

std::string require_text(const Object& object, std::string_view wanting) {
  object.require_defined();
  if (!object.is_string())
    type_error(std::string(wanting) + " wants a text, not '" + type_name(object) + "'");
  return object.scalar().text();
}

// The width is a number of blanks or the text itself.
Object indent(const Call& call) {
  const Object width = call.get(1, "width");
  const std::string blanks = width.is_string()
                                 ? width.scalar().text()
                                 : padded("", call.integer_or(1, "width", 4), " ", Side::left);
  require_text_size(blanks.size());
  const bool first = call.flag(2, "first", false), blank = call.flag(3, "blank", false);
  std::vector<std::string> lines = lines_kept(require_text(call.get(0, "s"), "indent"));
  // Jinja2 adds a newline before it splits, so that a last one is kept.
  std::string result;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (at > 0) result += '\n';
    const bool is_indented = at == 0 ? first : (blank || !lines[at].empty());
    if (is_indented) add_text(result, blanks);
    add_text(result, lines[at]);
  }
  return Object(result);
}

Object center(const Call& call) {
  return Object(centered(call.text(0, "value"), call.integer_or(1, "width", 80), " "));
}

Object truncate(const Call& call) {
  const Object given = call.get(0, "s");
  const std::string end = call.text_or(3, "end", "...");
  const std::int64_t wanted = call.integer_or(1, "length", 255),
                     spare = call.integer_or(4, "leeway", 5);
  if (wanted < static_cast<std::int64_t>(character_count(end)))
    type_error("expected length >= " + std::to_string(character_count(end)) + ", got " +
               std::to_string(wanted));
  if (spare < 0) type_error("expected leeway >= 0, got " + std::to_string(spare));
  const auto length = static_cast<std::size_t>(wanted), leeway = static_cast<std::size_t>(spare);
  const bool is_short = (given.is_list() && given.list_box().size() <= length + leeway) ||
                        (given.is_dict() && given.dict_box().size() <= length + leeway);
  if (is_short) return given;
  const std::string text = require_text(given, "truncate");
  if (character_count(text) <= length + leeway) return given;
  std::string kept;
  std::size_t count = 0;
  for (const std::string_view character : Characters(text)) {
    if (count++ + character_count(end) >= length) break;
    kept += character;
  }
  if (!call.flag(2, "killwords", false))
    if (const std::size_t blank = kept.rfind(' '); blank != std::string::npos) kept.resize(blank);
  return Object(kept + end);
}

Object wordwrap(const Call& call) {
  const auto width = static_cast<std::size_t>(call.integer_or(1, "width", 79));
  const std::string newline = call.text_or(3, "wrapstring", "\n");
  std::string result;
  for (const std::string& line : lines_kept(require_text(call.get(0, "s"), "wordwrap"))) {
    std::string now;
    std::vector<std::string> lines;
    for (const std::string& word : split_text(line, std::nullopt, -1)) {
      if (!now.empty() && now.size() + 1 + word.size() > width) {
        lines.push_back(now);
        now.clear();
      }
      now += (now.empty() ? "" : " ") + word;
    }
    lines.push_back(now);
    for (const std::string& part : lines) {
      if (&part != &lines.front() || !result.empty()) add_text(result, newline);
      add_text(result, part);
    }
  }
  return Object(result);
}

std::string escaped(std::string text) {
  for (const auto& [from, to] :
       {std::pair("&", "&amp;"), std::pair("<", "&lt;"), std::pair(">", "&gt;"),
        std::pair("'", "&#39;"), std::pair("\"", "&#34;")})
    text = replaced(text, from, to);
  return text;
}

// The decorations of Ansible's comment filter.
Object comment(const Call& call) {
  const std::string style = call.text_or(1, "style", "plain");
  struct Marks {
    std::string decoration, beginning, end;
  };
  Marks marks{"# ", "", ""};
  if (style == "erlang") marks.decoration = "% ";
  if (style == "c") marks.decoration = "// ";
  if (style == "cblock") marks = {" * ", "/*", " */"};
  if (style == "xml") marks = {" - ", "<!--", "-->"};
  marks.decoration = call.text_or(100, "decoration", marks.decoration);
  marks.beginning = call.text_or(100, "beginning", marks.beginning);
  marks.end = call.text_or(100, "end", marks.end);
  const std::string prefix =
      call.text_or(100, "prefix", stripped(marks.decoration, "", Side::right));
  const std::string postfix =
      call.text_or(100, "postfix", stripped(marks.decoration, "", Side::right));
  const std::string newline = call.text_or(100, "newline", "\n");
  const auto repeated = [&](std::int64_t count, const std::string& text) {
    std::string all;
    for (std::int64_t at = 0; at < count; ++at) add_text(all, text + newline);
    return all;
  };
  const Object written = call.get(0, "text");
  written.require_defined();
  if (!written.is_string())
    type_error("'" + type_name(written) + "' object has no attribute 'replace'");
  // Each line gets its mark; a mark with nothing behind it ends without blanks, but for the last.
  std::string body =
      marks.decoration + replaced(written.scalar().text(), newline, newline + marks.decoration);
  body = replaced(body, marks.decoration + newline,
                  stripped(marks.decoration, "", Side::right) + newline);
  std::string text = marks.beginning.empty() ? "" : marks.beginning + newline;
  text += repeated(call.integer_or(100, "prefix_count", 1), prefix) + body;
  std::string tail = newline + repeated(call.integer_or(100, "postfix_count", 1), postfix);
  tail.resize(tail.size() - newline.size());
  return Object(text + tail + (marks.end.empty() ? "" : newline + marks.end));
}

Object urlencode(const Call& call) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-~/";
  const auto encode = [&](const std::string& text, bool keeps_slash) {
    std::string result;
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char byte : text) {
      if (plain.find(byte) != std::string_view::npos && (keeps_slash || byte != '/')) {
        result += byte;
      } else if (byte == ' ' && !keeps_slash) {
        result += '+';
      } else {
        result += '%';
        result += digits[static_cast<unsigned char>(byte) >> 4U];
        result += digits[static_cast<unsigned char>(byte) & 15U];
      }
    }
    return result;
  };
  const Object value = call.get(0, "value");
  if (!value.is_dict() && !value.is_list()) return Object(encode(text_of(value), true));
  std::string text;
  const auto add = [&](const Object& key, const Object& member) {
    text += (text.empty() ? "" : "&") + encode(text_of(key), false) + "=" +
            encode(text_of(member), false);
  };
  if (value.is_dict())
    for (const value::Value& key : value.dict_box().keys())
      add(Object(key), *value.dict_box().find(key));
  else
    for (const Object& pair : items_of(value)) {
      const std::vector<Object> parts = items_of(pair);
      if (parts.size() != 2)
        type_error(parts.size() < 2 ? "not enough values to unpack (expected 2, got " +
                                          std::to_string(parts.size()) + ")"
                                    : "too many values to unpack (expected 2)");
      add(parts[0], parts[1]);
    }
  return Object(text);
}

Object with_method(const Call& call, const char* name) {
  Call rest{
      call.evaluator, {call.arguments.begin() + 1, call.arguments.end()}, call.named, call.pos};
  const Object self(text_of(call.arguments.at(0)));
  return call.evaluator.call(*text_method(self, name), std::move(rest));
}

}  // namespace

FunctionTable text_filters() {
  return {
      {"upper", [](const Call& c) { return Object(upper_text(c.text(0, "s"))); }},
      {"lower", [](const Call& c) { return Object(lower_text(c.text(0, "s"))); }},
      {"title",
       [](const Call& c) {
         // Jinja2's title: words begin after blanks, hyphens and opening brackets.
         std::string result, word;
         const std::string text = c.text(0, "s");
         for (const std::string_view character : Characters(text)) {
           word += character;
           const bool ends =
               character.size() == 1 &&
               std::string_view(" \t\n-([{<").find(character[0]) != std::string_view::npos;
           if (!ends) continue;
           result += capitalized(word);
           word.clear();
         }
         return Object(result + capitalized(word));
       }},
      {"capitalize", [](const Call& c) { return Object(capitalized(c.text(0, "s"))); }},
      {"string", [](const Call& c) { return Object(c.text(0, "object")); }},
      {"trim",
       [](const Call& c) {
         return Object(stripped(c.text(0, "value"), c.text_or(1, "chars", ""), Side::both));
       }},
      {"replace", [](const Call& c) { return with_method(c, "replace"); }},
      {"split",
       [](const Call& c) {
         require_text(c.get(0, "value"), "split");
         return with_method(c, "split");
       }},
      {"format",
       [](const Call& c) {
         if (c.named.empty())
           return Object(percent_format(
               c.text(0, "value"), Object::tuple({c.arguments.begin() + 1, c.arguments.end()})));
         Object dict = Object::dict();
         for (const auto& [key, object] : c.named) dict.dict_box().set(value::Value(key), object);
         return Object(percent_format(c.text(0, "value"), dict));
       }},
      {"indent", indent},
      {"center", center},
      {"truncate", truncate},
      {"wordwrap", wordwrap},
      {"wordcount", [](const Call& c) { return Object(words_in(c.text(0, "s"))); }},
      {"escape", [](const Call& c) { return Object(escaped(c.text(0, "s"))); }},
      {"forceescape", [](const Call& c) { return Object(escaped(c.text(0, "s"))); }},
      {"safe", [](const Call& c) { return Object(c.text(0, "value")); }},
      {"striptags",
       [](const Call& c) {
         std::string text;
         bool is_inside = false;
         for (const char byte : c.text(0, "value")) {
           if (byte == '<') is_inside = true;
           if (!is_inside) text += byte;
           if (byte == '>') is_inside = false;
         }
         return Object(base::join(split_text(text, std::nullopt, -1), " "));
       }},
      {"quote",
       [](const Call& c) {
         const Object a = c.get(0, "a");
         a.require_defined();
         const std::string text = a.is_none() ? "" : text_of(a);
         const auto quotes = std::count(text.begin(), text.end(), '\'');
         require_text_size(text.size() + 4 * static_cast<std::size_t>(quotes));
         return Object(base::shell_quote(text));
       }},
      {"comment", comment},
      {"urlencode", urlencode},
      {"urldecode",
       [](const Call& c) {
         std::string result, text = c.text(0, "value");
         for (std::size_t at = 0; at < text.size(); ++at) {
           const std::string digits = text.substr(at + 1 <= text.size() ? at + 1 : at, 2);
           if (text[at] == '%' && digits.size() == 2 &&
               digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos) {
             result += base::unhex(digits);
             at += 2;
           } else {
             result += text[at] == '+' ? ' ' : text[at];
           }
         }
         return Object(result);
       }},
  };
}

}  // namespace provisioner::jinja

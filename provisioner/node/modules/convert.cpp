// Ansible's argument conversions: what a playbook writes becomes what a module reads.
#include "provisioner/node/modules/convert.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"

namespace provisioner::modules {
namespace {

using value::Value;

std::string_view python_type(const Value& value) {
  switch (value.kind()) {
    case value::Kind::none:
      return "NoneType";
    case value::Kind::boolean:
      return "bool";
    case value::Kind::integer:
      return "int";
    case value::Kind::real:
      return "float";
    case value::Kind::list:
      return "list";
    case value::Kind::dict:
      return "dict";
    default:
      return "str";
  }
}

Conversion done(Value value) { return {std::move(value), {}, {}}; }

Conversion refused(const Value& value, std::string_view target, std::string_view detail,
                   std::string_view expected) {
  return {std::nullopt,
          fmt::format("is of type <class '{}'> and we were unable to convert to {}: {}",
                      python_type(value), target, detail),
          std::string(expected)};
}

Conversion cannot(const Value& value, std::string_view target, std::string_view expected) {
  return refused(value, target,
                 fmt::format("<class '{}'> cannot be converted to {}", python_type(value), target),
                 expected);
}

Conversion to_boolean(const Value& value) {
  if (value.is_boolean()) return done(value);
  if (value.is_integer() || value.is_real() || value.is_string()) {
    std::string word = base::lower_case(base::trim(python_text(value)));
    for (std::string_view yes : {"y", "yes", "on", "1", "true", "t", "1.0"})
      if (word == yes) return done(Value(true).at(value.pos()));
    for (std::string_view no : {"n", "no", "off", "0", "false", "f", "0.0"})
      if (word == no) return done(Value(false).at(value.pos()));
    return refused(
        value, "bool",
        fmt::format("The value '{}' is not a valid boolean.  Valid booleans include: 'yes', "
                    "'on', '1', 'true', 't', 'y', 1, True, 'no', 'off', '0', 'false', 'f', "
                    "'n', 0, False",
                    python_text(value)),
        "true or false");
  }
  return cannot(value, "bool", "true or false");
}

// Python's int(): blanks around it, a sign, underscores between digits.
std::optional<std::int64_t> integer_of(std::string_view text) {
  text = base::trim(text);
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool between =
        i > 0 && i + 1 < text.size() && std::isdigit(text[i - 1]) && std::isdigit(text[i + 1]);
    if (text[i] == '_' && between) continue;
    if (text[i] == '+' && i == 0) continue;
    digits += text[i];
  }
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Conversion to_integer(const Value& value) {
  if (value.is_integer() || value.is_boolean()) return done(value);
  if (value.is_string())
    if (auto number = integer_of(value.text())) return done(Value(*number).at(value.pos()));
  Conversion no = cannot(value, "int", "a whole number");
  no.reason = base::replace_all(no.reason, "converted to int", "converted to an int");
  return no;
}

Conversion to_real(const Value& value) {
  if (value.is_real()) return done(value);
  if (value.is_integer()) return done(Value(static_cast<double>(value.integer())).at(value.pos()));
  if (value.is_string()) {
    const std::string text(base::trim(value.text()));
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (!text.empty() && *end == '\0') return done(Value(number).at(value.pos()));
  }
  return cannot(value, "float", "a number");
}

Conversion to_list(const Value& value) {
  if (value.is_list()) return done(value);
  value::List items;
  if (value.is_string()) {
    for (const std::string& part : base::split(value.text(), ',')) items.emplace_back(part);
  } else if (value.is_integer() || value.is_real() || value.is_boolean()) {
    items.emplace_back(python_text(value));
  } else {
    return cannot(value, "list", "a list");
  }
  return done(Value(std::move(items)).at(value.pos()));
}

Conversion to_list_of_text(const Value& value) {
  Conversion list = to_list(value);
  if (!list.value) return list;
  value::List items;
  for (const Value& item : list.value->list())
    items.push_back(item.is_string() ? item : Value(python_text(item)).at(item.pos()));
  return done(Value(std::move(items)).at(value.pos()));
}

// "a=1, b='two words'": pairs between blanks or commas, quotes and backslashes kept together.
std::optional<value::Dict> pairs_of(std::string_view text) {
  std::vector<std::string> fields(1);
  char quote = 0;
  bool escaped = false;
  for (char c : base::trim(text)) {
    if (escaped) {
      fields.back() += c;
      escaped = false;
    } else if (c == '\\')
      escaped = true;
    else if (quote == 0 && (c == '\'' || c == '"'))
      quote = c;
    else if (quote == c)
      quote = 0;
    else if (quote == 0 && (c == ',' || c == ' ')) {
      if (!fields.back().empty()) fields.emplace_back();
    } else
      fields.back() += c;
  }
  if (fields.back().empty()) fields.pop_back();
  value::Dict pairs;
  for (const std::string& field : fields) {
    const std::size_t equals = field.find('=');
    if (equals == field.npos) return std::nullopt;
    pairs.set(field.substr(0, equals), field.substr(equals + 1));
  }
  return pairs;
}

Conversion to_dict(const Value& value) {
  if (value.is_dict()) return done(value);
  if (value.is_string() && base::trim(value.text()).starts_with('{')) {
    try {
      Value read = value::read_json(value.text(), "<argument>", value.is_trusted());
      if (read.is_dict()) return done(read.at(value.pos()));
    } catch (const base::Error&) {
      return refused(value, "dict", "unable to evaluate string as dictionary", "a mapping");
    }
  }
  if (value.is_string() && value.text().find('=') != std::string::npos)
    if (auto pairs = pairs_of(value.text())) return done(Value(std::move(*pairs)).at(value.pos()));
  if (value.is_string())
    return refused(value, "dict", "dictionary requested, could not parse JSON or key=value",
                   "a mapping");
  return cannot(value, "dict", "a mapping");
}

// "10M", "1.5 GiB", "512": powers of 1024, as Ansible's human_to_bytes.
Conversion to_bytes(const Value& value) {
  if (value.is_integer()) return done(value);
  const std::string text = python_text(value);
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string unit = base::lower_case(base::trim(end));
  constexpr std::string_view letters = "bkmgtpezy";
  const std::size_t power = unit.empty() ? 0 : letters.find(unit[0]);
  const bool is_known = end != text.c_str() && power != letters.npos &&
                        (unit.size() < 2 || unit.substr(1) == "b" || unit.substr(1) == "ib");
  if (!is_known)
    return refused(
        value, "bytes",
        fmt::format("<class '{}'> cannot be converted to a Byte value", python_type(value)),
        "a size such as '10M'");
  return done(
      Value(std::int64_t{std::llround(number * std::pow(1024.0, static_cast<double>(power)))})
          .at(value.pos()));
}

Conversion to_json_text(const Value& value) {
  if (value.is_string()) return done(Value(base::trim(value.text())).at(value.pos()));
  if (value.is_list() || value.is_dict())
    return done(Value(value::write_json(value)).at(value.pos()));
  return cannot(value, "json", "JSON");
}

Conversion to_text(const Value& value) {
  return done(value.is_string() ? value : Value(python_text(value)).at(value.pos()));
}

}  // namespace

Conversion convert(const Value& value, Type type) {
  switch (type) {
    case Type::text:
    case Type::path:
      return to_text(value);
    case Type::boolean:
      return to_boolean(value);
    case Type::integer:
      return to_integer(value);
    case Type::real:
      return to_real(value);
    case Type::list:
      return to_list(value);
    case Type::list_of_text:
      return to_list_of_text(value);
    case Type::dict:
      return to_dict(value);
    case Type::bytes:
      return to_bytes(value);
    case Type::json_text:
      return to_json_text(value);
    case Type::raw:
    case Type::mode:
      return done(value);
  }
  return done(value);
}

}  // namespace provisioner::modules

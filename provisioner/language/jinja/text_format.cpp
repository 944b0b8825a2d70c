// Python's str.format and padding.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {

namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }
bool is_align(char byte) { return byte == '<' || byte == '>' || byte == '^' || byte == '='; }

// [[fill]align][sign][#][0][width][,][.precision][type]
struct FormatSpec {
  std::string fill = " ";
  char align = '\0';
  std::string sign;
  bool has_prefix = false;
  std::int64_t width = 0;
  char grouping = '\0';   // ',' or '_'
  std::string precision;  // ".2"
  char type = '\0';
};

std::int64_t width_in(std::string_view digits) {
  if (digits.size() > 9) type_error("Too many decimal digits in format string");
  return digits.empty() ? 0 : std::stoll(std::string(digits));
}

FormatSpec spec_of(const std::string& text) {
  FormatSpec spec;
  std::vector<std::string> characters;
  for (const std::string_view character : Characters(text)) characters.emplace_back(character);
  std::size_t at = 0;
  const auto now = [&] { return at < characters.size() ? characters[at][0] : '\0'; };
  if (characters.size() > 1 && is_align(characters[1][0])) {
    spec.fill = characters[0];
    spec.align = characters[1][0];
    at = 2;
  } else if (is_align(now())) {
    spec.align = characters[at++][0];
  }
  if (now() == '+' || now() == '-' || now() == ' ') spec.sign = characters[at++];
  if (now() == '#') spec.has_prefix = ++at > 0;
  if (now() == '0') {
    spec.fill = "0";
    if (spec.align == '\0') spec.align = '=';
    ++at;
  }
  std::string digits;
  while (is_digit(now())) digits += characters[at++];
  spec.width = width_in(digits);
  if (now() == ',' || now() == '_') spec.grouping = characters[at++][0];
  if (now() == '.') {
    spec.precision = characters[at++];
    while (is_digit(now())) spec.precision += characters[at++];
    width_in(std::string_view(spec.precision).substr(1));
  }
  if (at < characters.size()) spec.type = characters[at++][0];
  if (at < characters.size()) type_error("Invalid format specifier");
  return spec;
}

// Digits in threes; those of other bases in fours.
std::string grouped(const std::string& number, char grouping, std::size_t size) {
  const std::size_t begin = number.find_first_of("0123456789abcdefABCDEF");
  std::size_t end = size == 3 ? number.find_first_of(".e", begin) : number.size();
  if (end == std::string::npos) end = number.size();
  std::string result = number;
  for (std::size_t at = end; at > begin + size;) result.insert(at -= size, 1, grouping);
  return result;
}

std::string number_text(const Object& value, const FormatSpec& spec) {
  const Object tuple = Object::tuple({value});
  const std::string flags =
      (spec.sign == "-" ? "" : spec.sign) + (spec.has_prefix ? std::string("#") : "");
  std::string text;
  if (spec.type == '%') {
    const Object hundredfold = binary_operation("*", value, Object(100.0));
    text = percent_format("%" + flags + spec.precision + "f", Object::tuple({hundredfold})) + "%";
  } else if (spec.type == 'b') {
    std::string bits;
    auto number = static_cast<std::uint64_t>(std::llabs(value.to_value().integer()));
    for (; number != 0; number >>= 1U) bits.insert(0, 1, (number & 1U) != 0 ? '1' : '0');
    text = bits.empty() ? "0" : bits;
  } else if (spec.type == '\0' && spec.precision.empty()) {
    text = text_of(value);
    if (spec.sign == "+" && !text.starts_with('-')) text.insert(0, "+");
  } else {
    const char plain = value.is_real() ? 'g' : 'd';
    const char type = spec.type == '\0' ? 'g' : spec.type == 'n' ? plain : spec.type;
    if (value.is_real() && (type == 'd' || type == 'x' || type == 'o'))
      type_error(std::string("Unknown format code '") + type + "' for object of type 'float'");
    text = percent_format("%" + flags + spec.precision + std::string(1, type), tuple);
  }
  if (spec.grouping == '\0') return text;
  const bool is_decimal =
      std::string_view("bxXo").find(spec.type) == std::string_view::npos || spec.type == '\0';
  return grouped(text, spec.grouping, is_decimal ? 3 : 4);
}

std::string with_spec(const Object& value, const std::string& written) {
  const FormatSpec spec = spec_of(written);
  const bool is_number = value.is_integer() || value.is_real() ||
                         (value.is_boolean() && spec.type != '\0' && spec.type != 's');
  if (!is_number) {
    if (!value.is_string() && !value.is_boolean())
      type_error("unsupported format string passed to " + type_name(value) + ".__format__");
    if (spec.type != '\0' && spec.type != 's')
      type_error(std::string("Unknown format code '") + spec.type + "' for object of type '" +
                 type_name(value) + "'");
    if (spec.grouping != '\0')
      type_error(std::string("Cannot specify '") + spec.grouping + "' with 's'.");
    const std::string text = percent_format("%" + spec.precision + "s", Object::tuple({value}));
    const Side side = spec.align == '>' ? Side::left : spec.align == '^' ? Side::both : Side::right;
    return padded(text, spec.width, spec.fill, side);
  }
  const std::string text = number_text(value, spec);
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  if (spec.align == '=' && is_signed)
    return text.substr(0, 1) + padded(text.substr(1), spec.width - 1, spec.fill, Side::left);
  const Side side = spec.align == '<' ? Side::right : spec.align == '^' ? Side::both : Side::left;
  return padded(text, spec.width, spec.fill, side);
}

// "0", "name", "name.member", "name[0]"
Object field_value(std::string_view field, const Call& call, std::size_t& automatic) {
  const std::size_t end = std::min(field.find_first_of(".["), field.size());
  const std::string first(field.substr(0, end));
  Object value;
  if (first.empty() || is_digit(first[0])) {
    const auto index =
        first.empty() ? automatic++ : static_cast<std::size_t>(width_in(std::string_view(first)));
    if (index >= call.arguments.size())
      type_error("Replacement index " + std::to_string(index) +
                 " out of range for positional args tuple");
    value = call.arguments[index];
  } else {
    value = call.get(1'000'000, first);
    if (value.is_undefined()) type_error("'" + first + "'");
  }
  for (std::size_t at = end; at < field.size();) {
    const bool is_item = field[at] == '[';
    const std::size_t stop =
        std::min(is_item ? field.find(']', at) : field.find_first_of(".[", at + 1), field.size());
    const std::string part(field.substr(at + 1, stop - at - 1));
    const bool is_index =
        is_item && !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
    if (is_item)
      value = call.evaluator.item(value, is_index ? Object(width_in(part)) : Object(part));
    else
      value = call.evaluator.attribute(value, part);
    at = stop + (is_item ? 1 : 0);
  }
  value.require_defined();
  return value;
}

// What stands between two braces.
std::string formatted_field(const std::string& inside, const Call& call, std::size_t& automatic) {
  const std::size_t colon = std::min(inside.find(':'), inside.size());
  std::string field = inside.substr(0, colon);
  const std::string spec = colon < inside.size() ? inside.substr(colon + 1) : "";
  char conversion = '\0';
  if (field.size() >= 2 && field[field.size() - 2] == '!') {
    conversion = field.back();
    field.resize(field.size() - 2);
  }
  Object value = field_value(field, call, automatic);
  if (conversion != '\0') value = Object(conversion == 's' ? text_of(value) : repr_of(value));
  return spec.empty() ? text_of(value) : with_spec(value, spec);
}

}  // namespace

std::string padded(const std::string& text, std::int64_t width, const std::string& fill,
                   Side side) {
  const auto shown = static_cast<std::int64_t>(character_count(text));
  if (width <= shown) return text;
  require_text_size(static_cast<std::size_t>(width) * fill.size());
  const std::int64_t missing = width - shown;
  const std::int64_t left = side == Side::left ? missing : side == Side::right ? 0 : missing / 2;
  std::string result;
  for (std::int64_t at = 0; at < left; ++at) result += fill;
  result += text;
  for (std::int64_t at = left; at < missing; ++at) result += fill;
  return result;
}

std::string centered(const std::string& text, std::int64_t width, const std::string& fill) {
  const auto shown = static_cast<std::int64_t>(character_count(text));
  if (width <= shown) return text;
  const std::int64_t missing = width - shown, left = missing / 2 + (missing & width & 1);
  return padded(padded(text, shown + left, fill, Side::left), width, fill, Side::right);
}

std::string brace_format(const std::string& format, const Call& call) {
  std::string text;
  std::size_t automatic = 0;
  for (std::size_t at = 0; at < format.size(); ++at) {
    const bool is_doubled = at + 1 < format.size() && format[at + 1] == format[at];
    if ((format[at] == '{' || format[at] == '}') && is_doubled) {
      text += format[at++];
    } else if (format[at] == '}') {
      type_error("Single '}' encountered in format string");
    } else if (format[at] == '{') {
      const std::size_t end = format.find('}', at);
      if (end == std::string::npos) type_error("expected '}' before end of string");
      text += formatted_field(format.substr(at + 1, end - at - 1), call, automatic);
      at = end;
    } else {
      text += format[at];
    }
    require_text_size(text.size());
  }
  return text;
}

}  // namespace provisioner::jinja

// Python's "{} {0} {name!r:>5}".format(...).

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// What stands between two braces.
struct Field {
  std::string name, spec;
  bool wants_repr = false;
};

Field field_of(std::string text) {
  Field field;
  if (const std::size_t colon = text.find(':'); colon != std::string::npos) {
    field.spec = text.substr(colon + 1);
    text.resize(colon);
  }
  if (text.size() >= 2 && text[text.size() - 2] == '!') {
    field.wants_repr = text.back() == 'r';
    text.resize(text.size() - 2);
  }
  field.name = std::move(text);
  return field;
}

Object value_of(const Field& field, const Call& call, std::size_t& automatic) {
  if (field.name.empty() || is_digit(field.name[0])) {
    const std::size_t index = field.name.empty() ? automatic++ : std::stoul(field.name);
    if (index >= call.arguments.size())
      type_error("Replacement index " + std::to_string(index) +
                 " out of range for positional args tuple");
    return call.arguments[index];
  }
  const std::vector<std::string> path = base::split(field.name, '.');
  Object value = call.get(1'000'000, path[0]);
  for (std::size_t part = 1; part < path.size(); ++part)
    value = call.evaluator.attribute(value, path[part]);
  return value;
}

// [[fill]align][0][width][.precision][type] becomes a % directive and padding.
std::string with_spec(const Object& value, const std::string& spec) {
  constexpr std::string_view aligns = "<>^";
  char fill = ' ', align = value.is_number() ? '>' : '<';
  std::size_t from = 0;
  if (spec.size() > 1 && aligns.find(spec[1]) != std::string_view::npos) {
    fill = spec[0];
    align = spec[1];
    from = 2;
  } else if (aligns.find(spec[0]) != std::string_view::npos) {
    align = spec[0];
    from = 1;
  }
  if (from < spec.size() && spec[from] == '0') {
    fill = '0';
    ++from;
  }
  std::size_t digits = from;
  while (digits < spec.size() && is_digit(spec[digits])) ++digits;
  const std::int64_t width = digits > from ? std::stoll(spec.substr(from, digits - from)) : 0;
  const std::string rest = spec.substr(digits);
  const std::string body =
      rest.empty() ? text_of(value) : percent_format("%" + rest, Object::tuple({value}));
  const Side side = align == '>' ? Side::left : align == '<' ? Side::right : Side::both;
  return padded(body, width, std::string(1, fill), side);
}

}  // namespace

std::string brace_format(const std::string& format, const Call& call) {
  std::string text;
  std::size_t automatic = 0;
  for (std::size_t at = 0; at < format.size(); ++at) {
    const bool is_brace = format[at] == '{' || format[at] == '}';
    if (!is_brace) {
      text += format[at];
      continue;
    }
    if (at + 1 < format.size() && format[at + 1] == format[at]) {
      text += format[at++];
      continue;
    }
    if (format[at] == '}') type_error("Single '}' encountered in format string");
    const std::size_t end = format.find('}', at);
    if (end == std::string::npos) type_error("expected '}' before end of string");
    const Field field = field_of(format.substr(at + 1, end - at - 1));
    at = end;
    const Object value = value_of(field, call, automatic);
    if (field.wants_repr || field.spec.empty())
      text += field.wants_repr ? repr_of(value) : text_of(value);
    else
      text += with_spec(value, field.spec);
  }
  return text;
}

}  // namespace provisioner::jinja

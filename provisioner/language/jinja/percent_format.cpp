// Python's "%5.2f" % value.

#include <algorithm>
#include <cstdio>
#include <optional>

#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/text_methods.h"

namespace provisioner::jinja {
namespace {

constexpr std::int64_t widest = 1'000'000;

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

// %[(key)][flags][width][.precision][length]kind
struct Directive {
  std::optional<std::string> key;
  bool is_left = false, has_zeros = false, has_prefix = false;
  std::string sign;  // "+" or " "
  std::int64_t width = 0;
  std::optional<std::int64_t> precision;
  char kind = '\0';
};

// Hands out the arguments in their order, or those of a mapping by their keys.
class Arguments {
 public:
  explicit Arguments(const Object& given) : given_(given) {
    values_ = given.is_tuple() ? items_of(given) : std::vector<Object>{given};
  }

  Object next() {
    if (used_ == values_.size()) type_error("not enough arguments for format string");
    return values_[used_++];
  }

  Object named(const std::string& key) const {
    if (!given_.is_dict()) type_error("format requires a mapping");
    const auto found = given_.dict_box().find(value::Value(key));
    if (!found) type_error("'" + key + "'");
    return *found;
  }

  // A mapping or a list may be left over, a single value not.
  void require_used(bool has_directive) const {
    const bool is_list = given_.is_list() && !given_.is_tuple();
    if (used_ < values_.size() && !given_.is_dict() && !(is_list && !has_directive))
      type_error("not all arguments converted during string formatting");
  }

 private:
  const Object& given_;
  std::vector<Object> values_;
  std::size_t used_ = 0;
};

std::int64_t number_at(const std::string& format, std::size_t& at, Arguments& arguments) {
  if (at < format.size() && format[at] == '*') {
    ++at;
    const Object given = arguments.next();
    if (!given.is_integer()) type_error("* wants int");
    return std::clamp(given.scalar().integer(), -widest - 1, widest + 1);
  }
  std::int64_t number = 0;
  for (; at < format.size() && is_digit(format[at]); ++at)
    number = std::min(number * 10 + (format[at] - '0'), widest + 1);
  return number;
}

std::string key_at(const std::string& format, std::size_t& at) {
  int open = 0;
  const std::size_t begin = at + 1;
  for (; at < format.size(); ++at) {
    if (format[at] == '(') ++open;
    if (format[at] == ')' && --open == 0) return format.substr(begin, at++ - begin);
  }
  type_error("incomplete format key");
}

// `at` stands behind the "%", and moves behind the directive.
Directive directive_at(const std::string& format, std::size_t& at, Arguments& arguments) {
  Directive directive;
  const auto now = [&] { return at < format.size() ? format[at] : '\0'; };
  if (now() == '(') directive.key = key_at(format, at);
  for (; now() != '\0' && std::string_view("#0- +").find(now()) != std::string_view::npos; ++at) {
    directive.is_left = directive.is_left || now() == '-';
    directive.has_zeros = directive.has_zeros || now() == '0';
    directive.has_prefix = directive.has_prefix || now() == '#';
    if (now() == '+' || (now() == ' ' && directive.sign.empty())) directive.sign = now();
  }
  directive.width = number_at(format, at, arguments);
  if (directive.width < 0) directive.is_left = true;
  directive.width = std::abs(directive.width);
  if (now() == '.') {
    ++at;
    directive.precision = std::max<std::int64_t>(0, number_at(format, at, arguments));
  }
  if (directive.width > widest || directive.precision.value_or(0) > widest)
    type_error("a width of more than " + std::to_string(widest) + " characters");
  if (now() == 'l' || now() == 'h' || now() == 'L') ++at;
  if (at >= format.size()) type_error("incomplete format");
  directive.kind = format[at++];
  return directive;
}

std::int64_t integer_of(const Object& object) {
  if (object.is_boolean()) return object.scalar().boolean() ? 1 : 0;
  if (object.is_integer()) return object.scalar().integer();
  const double real = object.scalar().real();
  if (real != real) type_error("cannot convert float NaN to integer");
  if (real >= 0x1p63 || real < -0x1p63) type_error("a number that does not fit into 64 bits");
  return static_cast<std::int64_t>(real);
}

std::string digits_of(std::uint64_t number, unsigned base, bool is_upper) {
  const char* letters = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string digits;
  for (; number != 0; number /= base) digits.insert(0, 1, letters[number % base]);
  return digits.empty() ? "0" : digits;
}

// The sign and prefix, and the digits, between which zeros may stand.
struct NumberText {
  std::string head, digits;
};

NumberText integer_text(const Directive& directive, const Object& value) {
  const bool is_decimal = directive.kind == 'd' || directive.kind == 'i' || directive.kind == 'u';
  if (!value.is_number() || (!is_decimal && value.is_real()))
    type_error("%" + std::string(1, directive.kind) +
               " format: " + (is_decimal ? "a real number" : "an integer") + " is required, not " +
               type_name(value));
  const std::int64_t number = integer_of(value);
  const auto size =
      number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
  const unsigned base = is_decimal ? 10 : directive.kind == 'o' ? 8 : 16;
  NumberText text{number < 0 ? "-" : directive.sign, digits_of(size, base, directive.kind == 'X')};
  if (directive.has_prefix && !is_decimal)
    text.head += std::string("0") + (directive.kind == 'o' ? 'o' : directive.kind);
  const std::int64_t least = directive.precision.value_or(0);
  text.digits = padded(text.digits, least, "0", Side::left);
  return text;
}

NumberText real_text(const Directive& directive, const Object& value) {
  if (!value.is_number()) type_error("must be real number, not " + type_name(value));
  const double real =
      value.is_real() ? value.scalar().real() : static_cast<double>(integer_of(value));
  const std::string format =
      std::string("%") + (directive.has_prefix ? "#" : "") + ".*" + directive.kind;
  const int precision = static_cast<int>(directive.precision.value_or(6));
  const int size = std::snprintf(nullptr, 0, format.c_str(), precision, real);
  std::string digits(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(digits.data(), digits.size(), format.c_str(), precision, real);
  digits.pop_back();
  const bool is_negative = digits.starts_with('-');
  return {is_negative ? "-" : directive.sign, is_negative ? digits.substr(1) : digits};
}

std::string character(const Object& value) {
  if (value.is_string() && character_count(value.scalar().text()) == 1)
    return value.scalar().text();
  if (!value.is_integer()) type_error("%c requires int or char");
  const std::int64_t point = value.scalar().integer();
  if (point < 0 || point > 0x10FFFF) type_error("%c arg not in range(0x110000)");
  return text_of_point(static_cast<std::uint32_t>(point));
}

std::string text_part(const Directive& directive, const Object& value) {
  if (directive.kind == 'c') return character(value);
  const std::string text = directive.kind == 's' ? text_of(value) : repr_of(value);
  if (!directive.precision) return text;
  std::string shown;
  std::int64_t left = *directive.precision;
  for (const std::string_view character : Characters(text)) {
    if (left-- <= 0) break;
    shown += character;
  }
  return shown;
}

std::string formatted(const Directive& directive, const Object& value) {
  value.require_defined();
  const Side side = directive.is_left ? Side::right : Side::left;
  const std::string_view kinds = "sracdiuxXoeEfFgG";
  const std::size_t kind = kinds.find(directive.kind);
  if (kind == std::string_view::npos)
    type_error("unsupported format character '" + std::string(1, directive.kind) + "'");
  if (kind < kinds.find('d'))
    return padded(text_part(directive, value), directive.width, " ", side);
  NumberText text =
      kind < kinds.find('e') ? integer_text(directive, value) : real_text(directive, value);
  if (directive.has_zeros && !directive.is_left)
    text.digits = padded(text.digits, directive.width - static_cast<std::int64_t>(text.head.size()),
                         "0", Side::left);
  return padded(text.head + text.digits, directive.width, " ", side);
}

}  // namespace

std::string percent_format(const std::string& format, const Object& given) {
  Arguments arguments(given);
  std::string text;
  bool has_directive = false;
  for (std::size_t at = 0; at < format.size();) {
    if (format[at] != '%') {
      text += format[at++];
      continue;
    }
    ++at;
    const Directive directive = directive_at(format, at, arguments);
    if (directive.kind == '%') {
      text += '%';
      continue;
    }
    has_directive = true;
    text +=
        formatted(directive, directive.key ? arguments.named(*directive.key) : arguments.next());
    require_text_size(text.size());
  }
  arguments.require_used(has_directive);
  return text;
}

}  // namespace provisioner::jinja

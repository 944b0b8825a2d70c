// Python's operators.

#include <algorithm>
#include <cmath>

#include "provisioner/language/jinja/evaluator.h"
#include "provisioner/language/jinja/moments.h"

namespace provisioner::jinja {
namespace {

[[noreturn]] void refuse(const std::string& sign, const Object& left, const Object& right) {
  type_error("unsupported operand type(s) for " + (sign == "**" ? "** or pow()" : sign) + ": '" +
             type_name(left) + "' and '" + type_name(right) + "'");
}

std::int64_t integer_of(const Object& object) {
  return object.is_boolean() ? (object.scalar().boolean() ? 1 : 0) : object.scalar().integer();
}

double real_of(const Object& object) {
  return object.is_real() ? object.scalar().real() : static_cast<double>(integer_of(object));
}

// Division rounds down and the remainder has the divisor's sign, as in Python.
Object integers(const std::string& sign, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool has_overflow = false;
  if (sign == "+")
    has_overflow = __builtin_add_overflow(a, b, &result);
  else if (sign == "-")
    has_overflow = __builtin_sub_overflow(a, b, &result);
  else if (sign == "*")
    has_overflow = __builtin_mul_overflow(a, b, &result);
  else if (b == 0 && sign != "**")
    type_error(sign == "/" ? "division by zero" : "integer division or modulo by zero");
  else if (sign == "/")
    return Object(static_cast<double>(a) / static_cast<double>(b));
  else if (sign == "//")
    result = a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
  else if (sign == "%")
    result = (a % b + b) % b;
  else if (b < 0 && a == 0)
    type_error("0.0 cannot be raised to a negative power");
  else if (b < 0)
    return Object(std::pow(static_cast<double>(a), static_cast<double>(b)));
  else {
    result = 1;
    if (a == -1) b %= 2;
    for (std::int64_t power = 0; power < b && !has_overflow; ++power) {
      has_overflow = __builtin_mul_overflow(result, a, &result);
      if (result == 0 || a == 1) break;
    }
  }
  if (!has_overflow) return Object(result);
  type_error("the result of " + std::to_string(a) + " " + sign + " " + std::to_string(b) +
             " does not fit into 64 bits");
}

Object reals(const std::string& sign, double a, double b) {
  if (sign == "+") return Object(a + b);
  if (sign == "-") return Object(a - b);
  if (sign == "*") return Object(a * b);
  if (sign == "**") {
    if (a == 0 && b < 0) type_error("0.0 cannot be raised to a negative power");
    if (a < 0 && b != std::floor(b)) type_error("the power of a negative number is complex");
    return Object(std::pow(a, b));
  }
  if (b == 0)
    type_error(sign == "/"    ? "float division by zero"
               : sign == "//" ? "float floor division by zero"
                              : "float modulo");
  if (sign == "/") return Object(a / b);
  if (sign == "//") return Object(std::floor(a / b));
  const double rest = std::fmod(a, b);
  return Object(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest);
}

Object repeated(const Object& object, std::int64_t times) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(0, times));
  const std::vector<Object> items = object.is_string() ? std::vector<Object>() : items_of(object);
  const std::size_t size = object.is_string() ? object.scalar().text().size() : items.size();
  const std::size_t whole = size == 0 || count <= SIZE_MAX / size ? size * count : SIZE_MAX;
  if (object.is_string()) {
    require_text_size(whole);
    std::string text;
    text.reserve(whole);
    for (std::size_t index = 0; index < count && size > 0; ++index) text += object.scalar().text();
    return Object(std::move(text));
  }
  require_list_size(whole);
  std::vector<Object> all;
  for (std::size_t index = 0; index < count && size > 0; ++index)
    all.insert(all.end(), items.begin(), items.end());
  return object.is_tuple() ? Object::tuple(std::move(all)) : Object::list(std::move(all));
}

// moment - moment, moment +- span, span +- span.
std::optional<Object> moments_operation(const std::string& sign, const Object& left,
                                        const Object& right) {
  if (sign != "+" && sign != "-") return std::nullopt;
  const std::int64_t direction = sign == "-" ? -1 : 1;
  const auto a = microseconds_of(left), b = microseconds_of(right);
  const auto span = microseconds_of_span(left), other = microseconds_of_span(right);
  if (a && b && sign == "-") return span_of(*a - *b);
  if (a && other) return moment_of(*a + direction * *other);
  if (span && b && sign == "+") return moment_of(*span + *b);
  if (span && other) return span_of(*span + direction * *other);
  return std::nullopt;
}

}  // namespace

Object binary_operation(const std::string& sign, const Object& left, const Object& right) {
  if (left.is_number() && right.is_number()) {
    if (left.is_real() || right.is_real()) return reals(sign, real_of(left), real_of(right));
    return integers(sign, integer_of(left), integer_of(right));
  }
  if (sign == "%" && left.is_string()) return Object(percent_format(left.scalar().text(), right));
  if (sign == "+") {
    if (left.is_string() && right.is_string()) {
      std::string text = left.scalar().text();
      add_text(text, right.scalar().text());
      return Object(std::move(text));
    }
    if (left.is_string())
      type_error("can only concatenate str (not \"" + type_name(right) + "\") to str");
    if (left.is_list() && right.is_list() && left.is_tuple() == right.is_tuple()) {
      require_list_size(left.list_box().size() + right.list_box().size());
      std::vector<Object> all = items_of(left);
      for (Object& item : items_of(right)) all.push_back(std::move(item));
      return left.is_tuple() ? Object::tuple(std::move(all)) : Object::list(std::move(all));
    }
    if (left.is_list())
      type_error("can only concatenate " + type_name(left) + " (not \"" + type_name(right) +
                 "\") to " + type_name(left));
  }
  if (sign == "*") {
    const bool is_right_count = right.is_integer() || right.is_boolean(),
               is_left_count = left.is_integer() || left.is_boolean();
    if ((left.is_string() || left.is_list()) && is_right_count)
      return repeated(left, integer_of(right));
    if ((right.is_string() || right.is_list()) && is_left_count)
      return repeated(right, integer_of(left));
  }
  if (const auto moved = moments_operation(sign, left, right)) return *moved;
  refuse(sign, left, right);
}

bool contains(const Object& container, const Object& item) {
  if (container.is_string()) {
    if (!item.is_string())
      type_error("'in <string>' requires string as left operand, not " + type_name(item));
    spend_on(container);
    return container.scalar().text().find(item.scalar().text()) != std::string::npos;
  }
  if (container.is_dict()) {
    if (item.is_dict() || (item.is_list() && !item.is_tuple()))
      type_error("unhashable type: '" + type_name(item) + "'");
    return item.is_scalar() && container.dict_box().find(item.scalar()).has_value();
  }
  if (container.is_lazy()) return container.lazy_mapping().member(text_of(item)).has_value();
  if (!container.is_list())
    type_error("argument of type '" + type_name(container) + "' is not iterable");
  spend_on(container);
  for (std::size_t at = 0; at < container.list_box().size(); ++at)
    if (are_equal(container.list_box().at(at), item)) return true;
  return false;
}

}  // namespace provisioner::jinja

// Filters on numbers and moments.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {

using value::Value;

namespace {

Object to_integer(const Call& call) {
  const Object object = call.get(0, "value");
  const Object otherwise = call.has(1, "default") ? call.get(1, "default") : Object(0);
  const auto base = static_cast<int>(call.integer_or(2, "base", 10));
  object.require_defined();
  if (object.is_integer()) return object;
  if (object.is_boolean()) return Object(object.scalar().boolean() ? 1 : 0);
  if (object.is_real()) {
    if (!std::isfinite(object.scalar().real())) return otherwise;
    return Object(static_cast<std::int64_t>(object.scalar().real()));
  }
  if (!object.is_string()) return otherwise;
  std::string text(base::trim(object.scalar().text()));
  const bool is_negative = text.starts_with('-');
  if (text.starts_with('-') || text.starts_with('+')) text.erase(0, 1);
  const std::string head = base::lower_case(text.substr(0, 2));
  if ((base == 16 && head == "0x") || (base == 8 && head == "0o") || (base == 2 && head == "0b"))
    text.erase(0, 2);
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (code == std::errc() && end == text.data() + text.size() && !text.empty())
    return Object(is_negative ? -number : number);
  const auto real = number_in(object.scalar().text());
  return real && std::isfinite(*real) ? Object(static_cast<std::int64_t>(*real)) : otherwise;
}

Object to_real(const Call& call) {
  const Object object = call.get(0, "value");
  const Object otherwise = call.has(1, "default") ? call.get(1, "default") : Object(0.0);
  object.require_defined();
  if (object.is_real()) return object;
  if (object.is_integer()) return Object(static_cast<double>(object.scalar().integer()));
  if (object.is_boolean()) return Object(object.scalar().boolean() ? 1.0 : 0.0);
  if (!object.is_string()) return otherwise;
  const auto number = number_in(object.scalar().text());
  return number ? Object(*number) : otherwise;
}

// Python rounds halves to even by the number's exact value.
Object round_number(const Call& call) {
  const double number = real_argument(call, 0, "value");
  const auto precision = call.integer_or(1, "precision", 0);
  const std::string method = call.text_or(2, "method", "common");
  const double factor = std::pow(10.0, static_cast<double>(precision));
  if (method == "ceil") return Object(std::ceil(number * factor) / factor);
  if (method == "floor") return Object(std::floor(number * factor) / factor);
  if (method != "common") type_error("method must be common, ceil or floor");
  const Object value = call.get(0, "value");
  const bool is_whole = !value.is_real();
  const double rounded = precision < 0 ? std::nearbyint(number * factor) / factor : number;
  if (is_whole) return Object(static_cast<std::int64_t>(rounded));
  if (precision < 0) return Object(rounded);
  std::array<char, 512> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f",
                static_cast<int>(std::min<std::int64_t>(precision, 300)), number);
  return Object(std::strtod(buffer.data(), nullptr));
}

Object absolute(const Call& call) {
  const Object object = call.get(0, "x");
  object.require_defined();
  if (object.is_integer()) return Object(std::abs(object.scalar().integer()));
  if (object.is_boolean()) return Object(object.scalar().boolean() ? 1 : 0);
  return Object(std::fabs(real_argument(call, 0, "x")));
}

Object logarithm(const Call& call) {
  const double number = real_argument(call, 0, "x");
  if (number <= 0) type_error("log() can only be used on numbers: math domain error");
  if (!call.has(1, "base")) return Object(std::log(number));
  const double base = real_argument(call, 1, "base");
  return Object(base == 10 ? std::log10(number) : std::log(number) / std::log(base));
}

Object root(const Call& call) {
  const double number = real_argument(call, 0, "x"),
               base = call.has(1, "base") ? real_argument(call, 1, "base") : 2;
  if (number < 0) type_error("root() can only be used on numbers: math domain error");
  return Object(base == 2 ? std::sqrt(number) : std::pow(number, 1.0 / base));
}

}  // namespace

std::optional<double> number_in(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

double real_argument(const Call& call, std::size_t index, std::string_view name) {
  const Object object = call.get(index, name);
  object.require_defined();
  if (object.is_integer()) return static_cast<double>(object.scalar().integer());
  if (object.is_real()) return object.scalar().real();
  if (object.is_boolean()) return object.scalar().boolean() ? 1 : 0;
  type_error("must be real number, not " + type_name(object));
}

FunctionTable number_filters() {
  return {
      {"int", to_integer},
      {"float", to_real},
      {"round", round_number},
      {"abs", absolute},
      {"log", logarithm},
      {"pow",
       [](const Call& c) {
         return Object(std::pow(real_argument(c, 0, "x"), real_argument(c, 1, "y")));
       }},
      {"root", root},
  };
}

}  // namespace provisioner::jinja

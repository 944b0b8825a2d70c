// Filters on numbers and moments.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <iomanip>
#include <sstream>

#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/filter_tables.h"

namespace provisioner::jinja {

using value::Value;

namespace {

std::optional<double> number_in(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

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

double real_argument(const Call& call, std::size_t index, std::string_view name) {
  const Object object = call.get(index, name);
  object.require_defined();
  if (object.is_integer()) return static_cast<double>(object.scalar().integer());
  if (object.is_real()) return object.scalar().real();
  if (object.is_boolean()) return object.scalar().boolean() ? 1 : 0;
  type_error("must be real number, not " + type_name(object));
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

Object file_size(const Call& call) {
  const bool is_binary = call.flag(1, "binary", false);
  const Object value = call.get(0, "value");
  const auto written = value.is_string() ? number_in(value.scalar().text()) : std::nullopt;
  if (value.is_string() && !written)
    type_error("could not convert string to float: " + repr_of(value));
  const double bytes = written ? *written : real_argument(call, 0, "value"),
               base = is_binary ? 1024 : 1000;
  if (bytes == 1) return Object("1 Byte");
  if (bytes < base) return Object(std::to_string(static_cast<long long>(bytes)) + " Bytes");
  static constexpr std::array<const char*, 8> decimal = {"kB", "MB", "GB", "TB",
                                                         "PB", "EB", "ZB", "YB"};
  static constexpr std::array<const char*, 8> binary = {"KiB", "MiB", "GiB", "TiB",
                                                        "PiB", "EiB", "ZiB", "YiB"};
  double unit = base;
  std::size_t at = 0;
  while (bytes >= unit * base && at + 1 < decimal.size()) {
    unit *= base;
    ++at;
  }
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f %s", bytes / unit,
                is_binary ? binary[at] : decimal[at]);
  return Object(buffer.data());
}

constexpr std::string_view size_letters = "BKMGTPEZY";

Object human_readable(const Call& call) {
  const double size = real_argument(call, 0, "size");
  const bool is_bits = call.flag(1, "isbits", false);
  const std::string unit = base::lower_case(call.text_or(2, "unit", ""));
  std::size_t at = size_letters.size();
  double limit = 1;
  while (at-- > 0) {
    limit = std::pow(1024.0, static_cast<double>(at));
    const bool is_chosen =
        unit.empty() ? size >= limit : unit[0] == base::lower_case(size_letters.substr(at, 1))[0];
    if (is_chosen) break;
    if (at == 0) break;
  }
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.2f ", size / limit);
  const std::string suffix = is_bits ? "bits" : "Bytes";
  if (at == 0) return Object(buffer.data() + suffix);
  return Object(buffer.data() + std::string(size_letters.substr(at, 1)) + (is_bits ? "b" : "B"));
}

Object human_to_bytes(const Call& call) {
  const std::string text(base::trim(call.text(0, "size")));
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = number_in(text.substr(0, digits));
  if (!number) type_error("human_to_bytes() can't interpret following string: " + text);
  std::string unit(base::trim(std::string_view(text).substr(digits)));
  if (unit.empty()) unit = call.text_or(1, "default_unit", "B");
  const std::size_t power = size_letters.find(static_cast<char>(std::toupper(unit[0])));
  if (power == std::string_view::npos)
    type_error("human_to_bytes() failed to convert " + text + " (unit = " + unit + ").");
  return Object(static_cast<std::int64_t>(
      std::llround(*number * std::pow(1024.0, static_cast<double>(power)))));
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
  return Object(base == 2 ? std::sqrt(number) : std::pow(number, 1.0 / base));
}

Object strftime(const Call& call) {
  std::time_t seconds = std::time(nullptr);
  const Object second = call.get(1, "second");
  if (!second.is_undefined() && !second.is_none())
    seconds = static_cast<std::time_t>(real_argument(call, 1, "second"));
  std::tm parts{};
  if (call.flag(2, "utc", false))
    gmtime_r(&seconds, &parts);
  else
    localtime_r(&seconds, &parts);
  std::array<char, 512> buffer{};
  const std::size_t length =
      std::strftime(buffer.data(), buffer.size(), call.text(0, "string_format").c_str(), &parts);
  return Object(std::string(buffer.data(), length));
}

Object to_datetime(const Call& call) {
  const std::string text = call.text(0, "string"),
                    format = call.text_or(1, "format", "%Y-%m-%d %H:%M:%S");
  std::tm parts{};
  std::istringstream stream(text);
  stream >> std::get_time(&parts, format.c_str());
  if (stream.fail()) type_error("time data '" + text + "' does not match format '" + format + "'");
  std::array<char, 64> buffer{};
  std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return Object(Value::date(buffer.data()));
}

}  // namespace

FunctionTable number_filters() {
  return {
      {"int", to_integer},
      {"float", to_real},
      {"round", round_number},
      {"abs", absolute},
      {"filesizeformat", file_size},
      {"human_readable", human_readable},
      {"human_to_bytes", human_to_bytes},
      {"log", logarithm},
      {"pow",
       [](const Call& c) {
         return Object(std::pow(real_argument(c, 0, "x"), real_argument(c, 1, "y")));
       }},
      {"root", root},
  };
}

FunctionTable time_filters() { return {{"strftime", strftime}, {"to_datetime", to_datetime}}; }

}  // namespace provisioner::jinja

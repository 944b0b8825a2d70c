// What YAML 1.1 makes of an unquoted scalar, as PyYAML's resolver and constructors do
// (https://yaml.org/type/, PyYAML's resolver.py and constructor.py for where they differ from the
// types' pages).

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::value {
namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::optional<bool> boolean_of(std::string_view text) {
  for (const std::string_view yes : {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
    if (text == yes) return true;
  for (const std::string_view no :
       {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
    if (text == no) return false;
  return std::nullopt;
}

bool is_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

std::string without_underscores(std::string_view text) {
  return base::replace_all(std::string(text), "_", "");
}

// The same number to the base ten, however many digits it has.
std::string decimal_digits(const std::string& digits, int base) {
  constexpr std::size_t most = 4300;  // as Python has it: the time grows with the square
  if (base == 10 || digits.size() > most)
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  std::string decimal = "0";  // the last digit first
  for (const char digit : digits) {
    int carry = digit <= '9' ? digit - '0' : (digit | 32) - 'a' + 10;
    for (char& place : decimal) {
      carry += (place - '0') * base;
      place = static_cast<char>('0' + carry % 10);
      carry /= 10;
    }
    for (; carry != 0; carry /= 10) decimal += static_cast<char>('0' + carry % 10);
  }
  std::reverse(decimal.begin(), decimal.end());
  return decimal;
}

// 190:20:30 is 685230. The first part needs no leading zero, the others are below sixty.
bool is_sexagesimal(std::string_view text, bool is_float) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view first = text.substr(0, colon);
  if (is_float ? !is_digit(first.front()) : (first.front() < '1' || first.front() > '9'))
    return false;
  if (!all_of(first, "0123456789_")) return false;
  std::string_view rest = text.substr(colon);
  if (is_float) {
    const std::size_t point = rest.find('.');
    if (point == std::string_view::npos) return false;
    if (rest.substr(point + 1).find_first_not_of("0123456789_") != std::string_view::npos)
      return false;
    rest = rest.substr(0, point);
  }
  while (!rest.empty()) {
    rest.remove_prefix(1);  // the colon
    const std::string_view part = rest.substr(0, rest.find(':'));
    if (part.empty() || part.size() > 2 || !all_of(part, "0123456789")) return false;
    if (part.size() == 2 && part.front() > '5') return false;
    rest.remove_prefix(part.size());
  }
  return true;
}

std::optional<Value> integer_value(std::string_view text) {
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  const bool is_negative = text.starts_with('-');
  const std::string_view body = text.substr(is_signed ? 1 : 0);
  if (body.empty()) return std::nullopt;
  if (body.starts_with("0b") && all_of(body.substr(2), "01_"))
    return whole_number(without_underscores(body.substr(2)), 2, is_negative);
  if (body.starts_with("0x") && all_of(body.substr(2), "0123456789abcdefABCDEF_"))
    return whole_number(without_underscores(body.substr(2)), 16, is_negative);
  if (body == "0") return Value(0);
  if (body.front() == '0' && all_of(body, "01234567_"))
    return whole_number(without_underscores(body), 8, is_negative);
  if (body.front() >= '1' && body.front() <= '9' && all_of(body, "0123456789_"))
    return whole_number(without_underscores(body), 10, is_negative);
  if (!is_sexagesimal(body, false)) return std::nullopt;
  std::int64_t number = 0;
  for (const std::string& part : base::split(without_underscores(body), ':'))
    if (__builtin_mul_overflow(number, std::int64_t{60}, &number) || part.size() > 18 ||
        __builtin_add_overflow(number, std::stoll(part), &number))
      return std::nullopt;
  return Value(is_negative ? -number : number);
}

// [-+]? digits . digits ( [eE] [-+] digits )?  or  . digits (...)  : the sign of an exponent is
// required.
bool is_decimal(std::string_view body) {
  const std::size_t point = body.find('.');
  if (point == std::string_view::npos) return false;
  const std::string_view whole = body.substr(0, point);
  std::string_view rest = body.substr(point + 1);
  if (!whole.empty() && (!is_digit(whole.front()) || !all_of(whole, "0123456789_"))) return false;
  const std::size_t exponent = rest.find_first_of("eE");
  std::string_view fraction = rest.substr(0, exponent);
  if (whole.empty() && (fraction.empty() || !all_of(fraction, "0123456789"))) {
    if (fraction.empty() || !is_digit(fraction.front()) || !all_of(fraction, "0123456789_"))
      return false;
  }
  if (!fraction.empty() && !all_of(fraction, "0123456789_")) return false;
  if (exponent == std::string_view::npos) return true;
  const std::string_view power = rest.substr(exponent + 1);
  return power.size() > 1 && (power.front() == '-' || power.front() == '+') &&
         all_of(power.substr(1), "0123456789");
}

std::optional<Value> real_value(std::string_view text) {
  const bool is_signed = text.starts_with('-') || text.starts_with('+');
  const double sign = text.starts_with('-') ? -1 : 1;
  const std::string_view body = text.substr(is_signed ? 1 : 0);
  if (body == ".inf" || body == ".Inf" || body == ".INF")
    return Value(sign * std::numeric_limits<double>::infinity());
  if (text == ".nan" || text == ".NaN" || text == ".NAN")
    return Value(std::numeric_limits<double>::quiet_NaN());
  if (is_decimal(body) && !(is_signed && body.starts_with('.')))
    return Value(sign * std::strtod(without_underscores(body).c_str(), nullptr));
  if (!is_sexagesimal(body, true)) return std::nullopt;
  double number = 0;
  for (const std::string& part : base::split(without_underscores(body), ':'))
    number = number * 60 + std::strtod(part.c_str(), nullptr);
  return Value(sign * number);
}

bool has_digits(std::string_view text, std::size_t at, std::size_t least, std::size_t most,
                std::size_t& length) {
  length = 0;
  while (at + length < text.size() && length < most && is_digit(text[at + length])) ++length;
  return length >= least;
}

struct Moment {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::string fraction, zone;  // zone as isoformat writes it
  bool has_time = false;
};

int number(std::string_view text) { return std::atoi(std::string(text).c_str()); }

bool read_zone(std::string_view text, Moment& moment) {
  text = base::trim(text);
  if (text.empty()) return true;
  if (text == "Z") {
    moment.zone = "+00:00";
    return true;
  }
  if (text.front() != '+' && text.front() != '-') return false;
  const std::string_view body = text.substr(1);
  const std::size_t colon = body.find(':');
  const std::string_view hours = body.substr(0, colon);
  const std::string_view minutes = colon == std::string_view::npos ? "00" : body.substr(colon + 1);
  if (hours.empty() || hours.size() > 2 || !all_of(hours, "0123456789")) return false;
  if (minutes.size() != 2 || !all_of(minutes, "0123456789")) return false;
  moment.zone = std::string(1, text.front()) + (hours.size() == 1 ? "0" : "") + std::string(hours) +
                ":" + std::string(minutes);
  return true;
}

// hh:mm:ss[.fraction] [zone], behind "T", "t" or blanks.
bool read_time(std::string_view text, Moment& moment) {
  if (text.empty()) return false;
  if (text.front() == 'T' || text.front() == 't')
    text.remove_prefix(1);
  else if (text.front() == ' ' || text.front() == '\t')
    text = base::trim(text);
  else
    return false;
  std::size_t hour = 0, minute = 0, second = 0;
  if (!has_digits(text, 0, 1, 2, hour) || text.substr(hour, 1) != ":") return false;
  if (!has_digits(text, hour + 1, 2, 2, minute) || text.substr(hour + 3, 1) != ":") return false;
  if (!has_digits(text, hour + 4, 2, 2, second)) return false;
  moment.has_time = true;
  moment.hour = number(text.substr(0, hour));
  moment.minute = number(text.substr(hour + 1, 2));
  moment.second = number(text.substr(hour + 4, 2));
  text.remove_prefix(hour + 6);
  if (text.starts_with('.')) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", 1), text.size());
    moment.fraction = text.substr(1, end - 1);
    text.remove_prefix(end);
  }
  return read_zone(text, moment);
}

std::optional<Moment> moment_of(std::string_view text) {
  std::size_t year = 0, month = 0, day = 0;
  if (!has_digits(text, 0, 4, 4, year) || text.substr(4, 1) != "-") return std::nullopt;
  if (!has_digits(text, 5, 1, 2, month) || text.substr(5 + month, 1) != "-") return std::nullopt;
  if (!has_digits(text, 6 + month, 1, 2, day)) return std::nullopt;
  Moment moment;
  moment.year = number(text.substr(0, 4));
  moment.month = number(text.substr(5, month));
  moment.day = number(text.substr(6 + month, day));
  const std::string_view rest = text.substr(6 + month + day);
  if (rest.empty()) return month == 2 && day == 2 ? std::optional(moment) : std::nullopt;
  return read_time(rest, moment) ? std::optional(moment) : std::nullopt;
}

bool is_real_moment(const Moment& moment) {
  constexpr std::array<int, 13> days = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = moment.year % 4 == 0 && (moment.year % 100 != 0 || moment.year % 400 == 0);
  if (moment.year < 1 || moment.month < 1 || moment.month > 12 || moment.day < 1) return false;
  if (moment.day > days[static_cast<std::size_t>(moment.month)] ||
      (moment.month == 2 && moment.day == 29 && !is_leap))
    return false;
  const bool has_zone = moment.zone.empty() || number(moment.zone.substr(1, 2)) < 24;
  return has_zone && moment.hour < 24 && moment.minute < 60 && moment.second < 60;
}

std::string moment_text(const Moment& moment) {
  std::array<char, 40> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", moment.year,
                                   moment.month, moment.day);
  std::string text(buffer.data(), static_cast<std::size_t>(length));
  if (!moment.has_time) return text;
  std::snprintf(buffer.data(), buffer.size(), " %02d:%02d:%02d", moment.hour, moment.minute,
                moment.second);
  text += buffer.data();
  std::string micro = moment.fraction.substr(0, 6);
  micro.resize(6, '0');
  if (micro != "000000") text += "." + micro;
  return text + moment.zone;
}

}  // namespace

Value whole_number(const std::string& digits, int base, bool is_negative) {
  std::uint64_t number = 0;
  const auto [end, code] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  const auto limit =
      static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) + (is_negative ? 1 : 0);
  if (code == std::errc() && number <= limit)
    return is_negative ? Value(static_cast<std::int64_t>(0U - number))
                       : Value(static_cast<std::int64_t>(number));
  const std::string decimal = decimal_digits(digits, base);
  return Value((is_negative ? "-" : "") + decimal);
}

std::string looks_like(std::string_view text) {
  if (const auto moment = moment_of(text); moment && !is_real_moment(*moment)) return "a date";
  const std::string_view body = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  const bool has_base = body.starts_with("0x") || body.starts_with("0b");
  return has_base && all_of(body.substr(2), "_") ? "a number" : "";
}

Value resolve_plain_scalar(std::string_view text) {
  if (is_null(text)) return {};
  if (const auto boolean = boolean_of(text)) return Value(*boolean);
  if (text.size() < 64) {
    if (auto integer = integer_value(text)) return *integer;
    if (auto real = real_value(text)) return *real;
    if (const auto moment = moment_of(text); moment && is_real_moment(*moment))
      return Value::date(moment_text(*moment));
  }
  return Value(text);
}

}  // namespace provisioner::value

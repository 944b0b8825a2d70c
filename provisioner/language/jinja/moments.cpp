// Dates, times and what lies between them.

#include "provisioner/language/jinja/moments.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "provisioner/base/base/text.h"

namespace provisioner::jinja {

using value::Value;

namespace {

constexpr std::int64_t second = 1'000'000, day = 86'400 * second;
constexpr const char* span_type = "datetime.timedelta";

std::int64_t floor_divided(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::tm parts_of(std::int64_t microseconds) {
  const std::time_t seconds = floor_divided(microseconds, second);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return parts;
}

std::int64_t fraction_of(std::int64_t microseconds) {
  return microseconds - floor_divided(microseconds, second) * second;
}

std::string padded_number(const char* format, std::int64_t number) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, static_cast<long long>(number));
  return buffer.data();
}

std::string span_text(std::int64_t microseconds) {
  const std::int64_t days = floor_divided(microseconds, day), rest = microseconds - days * day;
  std::string text;
  if (days != 0) text = std::to_string(days) + (days == 1 || days == -1 ? " day, " : " days, ");
  const std::int64_t seconds = rest / second, fraction = rest % second;
  text += std::to_string(seconds / 3600) + ":" + padded_number("%02lld", seconds / 60 % 60) + ":" +
          padded_number("%02lld", seconds % 60);
  return fraction == 0 ? text : text + "." + padded_number("%06lld", fraction);
}

std::optional<Object> number_member(std::int64_t moment, const std::string& name) {
  const std::tm parts = parts_of(moment);
  if (name == "year") return Object(parts.tm_year + 1900);
  if (name == "month") return Object(parts.tm_mon + 1);
  if (name == "day") return Object(parts.tm_mday);
  if (name == "hour") return Object(parts.tm_hour);
  if (name == "minute") return Object(parts.tm_min);
  if (name == "second") return Object(parts.tm_sec);
  if (name == "microsecond") return Object(fraction_of(moment));
  return std::nullopt;
}

Object function(const std::string& name, Function body) {
  return Object::callable(name, std::move(body));
}

// strptime of a piece without %f; the text that is left.
std::string_view read_piece(std::string_view text, const std::string& format, std::tm& parts,
                            const std::string& whole) {
  if (format.empty()) return text;
  const std::string copy(text);
  const char* const end = ::strptime(copy.c_str(), format.c_str(), &parts);
  if (end == nullptr)
    type_error("time data " + repr_of(Object(whole)) + " does not match format '" + format + "'");
  return text.substr(static_cast<std::size_t>(end - copy.c_str()));
}

}  // namespace

std::optional<std::int64_t> microseconds_of(const Object& moment) {
  if (!moment.is_scalar() || moment.scalar().kind() != value::Kind::date) return std::nullopt;
  const std::string& text = moment.scalar().text();
  return read_time(text, text.size() <= 10                     ? "%Y-%m-%d"
                         : text.find('.') != std::string::npos ? "%Y-%m-%d %H:%M:%S.%f"
                                                               : "%Y-%m-%d %H:%M:%S");
}

Object moment_of(std::int64_t microseconds) {
  const std::string format =
      fraction_of(microseconds) == 0 ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d %H:%M:%S.%f";
  return Object(Value::date(written_time(format, microseconds)));
}

Object span_of(std::int64_t microseconds) {
  LazyMapping members{
      [microseconds](const std::string& name) -> std::optional<Object> {
        const std::int64_t days = floor_divided(microseconds, day),
                           rest = microseconds - days * day;
        if (name == "days") return Object(days);
        if (name == "seconds") return Object(rest / second);
        if (name == "microseconds") return Object(rest % second);
        if (name == "total_seconds")
          return function(name, [microseconds](const Call&) {
            return Object(static_cast<double>(microseconds) / static_cast<double>(second));
          });
        return std::nullopt;
      },
      [] { return std::vector<std::string>(); }, span_type, span_text(microseconds)};
  return Object::lazy(std::move(members));
}

std::optional<std::int64_t> microseconds_of_span(const Object& span) {
  if (!span.is_lazy() || span.lazy_mapping().type_name != span_type) return std::nullopt;
  const auto member = [&](const char* name) {
    return span.lazy_mapping().member(name)->scalar().integer();
  };
  return member("days") * day + member("seconds") * second + member("microseconds");
}

std::optional<Object> moment_member(const Object& moment, const std::string& name) {
  const auto microseconds = microseconds_of(moment);
  if (!microseconds) return std::nullopt;
  const std::int64_t when = *microseconds;
  if (auto number = number_member(when, name)) return number;
  if (name == "strftime")
    return function(
        name, [when](const Call& c) { return Object(written_time(c.text(0, "format"), when)); });
  if (name == "isoformat")
    return function(name, [moment](const Call& c) {
      std::string text = text_of(moment);
      if (text.size() > 10) text.replace(10, 1, c.text_or(0, "sep", "T"));
      return Object(text);
    });
  if (name == "timestamp")
    return function(name, [when](const Call&) {
      std::tm parts = parts_of(when);
      parts.tm_isdst = -1;
      return Object(static_cast<double>(::mktime(&parts)) +
                    static_cast<double>(fraction_of(when)) / static_cast<double>(second));
    });
  if (name == "weekday" || name == "isoweekday")
    return function(name, [when, is_iso = name == "isoweekday"](const Call&) {
      return Object((parts_of(when).tm_wday + 6) % 7 + (is_iso ? 1 : 0));
    });
  if (name == "date")
    return function(
        name, [when](const Call&) { return Object(Value::date(written_time("%Y-%m-%d", when))); });
  return std::nullopt;
}

std::string written_time(const std::string& format, std::int64_t microseconds) {
  std::string directives;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 == format.size()) {
      directives += format[at];
    } else if (format[++at] == 'f') {
      directives += padded_number("%06lld", fraction_of(microseconds));
    } else {
      directives += std::string("%") + format[at];
    }
  }
  if (directives.empty()) return {};
  const std::tm parts = parts_of(microseconds);
  // A blank more, so that an empty result is told from one that does not fit.
  directives += ' ';
  std::string buffer(directives.size() * 8 + 256, '\0');
  buffer.resize(::strftime(buffer.data(), buffer.size(), directives.c_str(), &parts));
  if (!buffer.empty()) buffer.pop_back();
  return buffer;
}

std::int64_t read_time(const std::string& text, const std::string& format) {
  std::tm parts{};
  parts.tm_year = 0;
  parts.tm_mday = 1;
  std::int64_t fraction = 0;
  std::string_view rest = text;
  std::size_t from = 0;
  while (true) {
    const std::size_t place = format.find("%f", from);
    rest = read_piece(rest, format.substr(from, place == std::string::npos ? place : place - from),
                      parts, text);
    if (place == std::string::npos) break;
    std::string digits;
    while (!rest.empty() && digits.size() < 6 && rest[0] >= '0' && rest[0] <= '9') {
      digits += rest[0];
      rest.remove_prefix(1);
    }
    if (digits.empty())
      type_error("time data '" + text + "' does not match format '" + format + "'");
    digits.resize(6, '0');
    fraction = std::stoll(digits);
    from = place + 2;
  }
  if (!rest.empty()) type_error("unconverted data remains: " + std::string(rest));
  parts.tm_isdst = 0;
  return static_cast<std::int64_t>(::timegm(&parts)) * second + fraction;
}

}  // namespace provisioner::jinja

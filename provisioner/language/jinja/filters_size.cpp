// Filters on sizes that people write, and on moments.

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <ctime>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/jinja/filter_tables.h"
#include "provisioner/language/jinja/moments.h"

namespace provisioner::jinja {
namespace {

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

// "10", "1.5G", "2 MiB": the number, then a unit by its first letter; what follows is not looked
// at.
Object human_to_bytes(const Call& call) {
  static const base::Regex shape("^\\s*(\\d*\\.?\\d*)\\s*([A-Za-z]+)?");
  const std::string text = call.text(0, "size");
  const bool is_bits = call.flag(2, "isbits", false);
  const auto match = shape.match_start(text);
  const auto number = match ? number_in(*base::group_text(*match, text, 1)) : std::nullopt;
  if (!number) type_error("human_to_bytes() can't interpret following string: " + text);
  std::string unit = base::group_text(*match, text, 2).value_or("");
  if (unit.empty()) unit = call.text_or(1, "default_unit", "");
  if (unit.empty()) return Object(static_cast<std::int64_t>(std::nearbyint(*number)));
  const std::size_t power = size_letters.find(static_cast<char>(std::toupper(unit[0])));
  const std::string rest = base::lower_case(unit.substr(1));
  // "MB" are bytes, "Mb" are bits.
  const bool is_named = rest.find(is_bits ? "bit" : "byte") != std::string::npos ||
                        base::lower_case(unit).find(is_bits ? "bit" : "byte") != std::string::npos;
  const bool is_unit = power != std::string_view::npos &&
                       (rest.empty() || is_named || unit[1] == (is_bits ? 'b' : 'B'));
  if (!is_unit)
    type_error("human_to_bytes() failed to convert " + text + " (unit = " + unit +
               "). The suffix must be one of Y, Z, E, P, T, G, M, K, B");
  return Object(static_cast<std::int64_t>(
      std::nearbyint(*number * std::pow(1024.0, static_cast<double>(power)))));
}

Object strftime(const Call& call) {
  std::time_t seconds = ::time(nullptr);
  const Object second = call.get(1, "second");
  if (!second.is_undefined() && !second.is_none()) {
    const auto written = second.is_string() ? number_in(second.scalar().text()) : std::nullopt;
    if (second.is_string() && !written)
      type_error("Invalid value for epoch value (" + text_of(second) + ")");
    seconds = static_cast<std::time_t>(written ? *written : real_argument(call, 1, "second"));
  }
  const std::string format = call.text(0, "string_format");
  require_text_size(format.size() * 8);
  std::tm parts{};
  if (call.flag(2, "utc", false))
    ::gmtime_r(&seconds, &parts);
  else
    ::localtime_r(&seconds, &parts);
  std::string buffer(format.size() * 8 + 256, '\0');
  buffer.resize(::strftime(buffer.data(), buffer.size(), format.c_str(), &parts));
  return Object(std::move(buffer));
}

Object to_datetime(const Call& call) {
  return moment_of(
      read_time(call.text(0, "string"), call.text_or(1, "format", "%Y-%m-%d %H:%M:%S")));
}

}  // namespace

FunctionTable time_filters() { return {{"strftime", strftime}, {"to_datetime", to_datetime}}; }

FunctionTable size_filters() {
  return {
      {"filesizeformat", file_size},
      {"human_readable", human_readable},
      {"human_to_bytes", human_to_bytes},
  };
}

}  // namespace provisioner::jinja

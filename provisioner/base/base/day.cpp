// Days as people write them.

#include "provisioner/base/base/day.h"

#include <cctype>
#include <charconv>
#include <chrono>

namespace provisioner::base {
namespace {

unsigned number_in(std::string_view digits) {
  unsigned number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

bool is_day(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-dd";
  if (text.size() != form.size()) return false;
  for (std::size_t at = 0; at < form.size(); ++at)
    if (form[at] == 'd' ? std::isdigit(static_cast<unsigned char>(text[at])) == 0
                        : text[at] != form[at])
      return false;
  return std::chrono::year_month_day(
             std::chrono::year(static_cast<int>(number_in(text.substr(0, 4)))),
             std::chrono::month(number_in(text.substr(5, 2))),
             std::chrono::day(number_in(text.substr(8, 2))))
      .ok();
}

}  // namespace provisioner::base

// Names folded into ranges.

#include "provisioner/front/view/folded.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace provisioner::view {
namespace {

struct Numbered {
  std::string before, digits, after;
};

// The last run of digits is the number.
Numbered split_number(const std::string& name) {
  const std::size_t end = name.find_last_of("0123456789");
  if (end == std::string::npos) return {name, "", ""};
  const std::size_t other = name.find_last_not_of("0123456789", end);
  const std::size_t begin = other == std::string::npos ? 0 : other + 1;
  return {name.substr(0, begin), name.substr(begin, end + 1 - begin), name.substr(end + 1)};
}

std::string range_text(const std::vector<std::string>& digits) {
  std::string text;
  for (std::size_t begin = 0; begin < digits.size();) {
    std::size_t end = begin;
    while (end + 1 < digits.size() && std::stoull(digits[end + 1]) == std::stoull(digits[end]) + 1)
      ++end;
    text += (text.empty() ? "" : ",") + digits[begin] + (end > begin ? "-" + digits[end] : "");
    begin = end + 1;
  }
  return text;
}

}  // namespace

std::string folded(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::map<std::tuple<std::string, std::size_t, std::string>, std::vector<std::string>> groups;
  for (const std::string& name : names) {
    const Numbered parts = split_number(name);
    groups[{parts.before, parts.digits.size(), parts.after}].push_back(parts.digits);
  }
  std::string text;
  for (const auto& [key, digits] : groups) {
    const auto& [before, width, after] = key;
    const bool is_range = width > 0 && width < 19 && digits.size() > 1;
    text += (text.empty() ? "" : ",") + before +
            (is_range ? "[" + range_text(digits) + "]" : digits.front()) + after;
    if (!is_range)
      for (std::size_t more = 1; more < digits.size(); ++more)
        text += "," + before + digits[more] + after;
  }
  return text;
}

}  // namespace provisioner::view

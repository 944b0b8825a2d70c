// The recap, and names folded into ranges.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/play_view.h"

namespace provisioner::view {

using value::Value;

namespace {

// One count with the colour Ansible gives it, uncoloured where it is nothing.
std::string field(const Terminal& terminal, std::string_view name, std::int64_t count,
                  Colour colour) {
  return terminal.coloured(fmt::format("{}={:<4}", name, count), count > 0 ? colour : Colour::none);
}

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

void show_recap(Terminal& terminal, const Value& recap) {
  std::map<std::string, const Value*> hosts;
  for (const auto& [key, counts] : recap.dict()) hosts.emplace(value::Dict::key_text(key), &counts);
  std::vector<std::string> unknown;
  for (const auto& [host, counts] : hosts) {
    const auto count = [&, &counts = *counts](const char* name) {
      return value::integer_or(counts, name, 0);
    };
    const Colour colour = count("failed") > 0 || count("unreachable") > 0 ? Colour::error
                          : count("changed") > 0                          ? Colour::changed
                                                                          : Colour::ok;
    const std::string name = fmt::format("{:<26}", base::escape_for_terminal(host));
    terminal.line(terminal.coloured(name, colour) + " : " +
                  field(terminal, "ok", count("ok"), Colour::ok) + " " +
                  field(terminal, "changed", count("changed"), Colour::changed) + " " +
                  field(terminal, "unreachable", count("unreachable"), Colour::unreachable) + " " +
                  field(terminal, "failed", count("failed"), Colour::error) + " " +
                  field(terminal, "skipped", count("skipped"), Colour::skip) + " " +
                  field(terminal, "rescued", count("rescued"), Colour::ok) + " " +
                  field(terminal, "ignored", count("ignored"), Colour::warning));
    if (count("unknown") > 0) unknown.push_back(host);
  }
  if (!unknown.empty())
    terminal.line("state unknown on " + base::escape_for_terminal(folded(unknown)) +
                      ": the answer was lost; run again or resume to find out",
                  Colour::unreachable);
}

std::string folded(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
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

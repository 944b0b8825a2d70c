// The recap at the end of a run.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/play_view.h"
#include "provisioner/front/view/screen_text.h"

namespace provisioner::view {

using value::Value;

namespace {

// One count with the colour Ansible gives it, uncoloured where it is nothing.
std::string field(const Terminal& terminal, std::string_view name, std::int64_t count,
                  Colour colour) {
  return terminal.coloured(fmt::format("{}={:<4}", name, count), count > 0 ? colour : Colour::none);
}

std::string name_of(const Terminal& terminal, const std::string& host, Colour colour) {
  constexpr int width = 26;
  const std::string name = base::escape_for_terminal(host);
  const auto gap = static_cast<std::size_t>(std::max(0, width - shown_width(name)));
  return terminal.coloured(name, colour) + std::string(gap, ' ');
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
    terminal.line(name_of(terminal, host, colour) + " : " +
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

}  // namespace provisioner::view

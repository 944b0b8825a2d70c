// Processes and mounts as /proc tells them (proc(5): stat, status, mountinfo).

#include "provisioner/node/agent/process_state.h"

#include <charconv>
#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::agent {
namespace {

std::string read_quietly(const std::string& path) {
  try {
    return os::read_file(path).value_or("");
  } catch (const base::Error&) {
    return {};  // gone, or not ours to see
  }
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  text = base::trim(text);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// mountinfo writes blanks of a path as "\040".
std::string unescaped(std::string text) {
  for (const auto& [from, to] :
       {std::pair{"\\040", " "}, {"\\011", "\t"}, {"\\012", "\n"}, {"\\134", "\\"}})
    text = base::replace_all(std::move(text), from, to);
  return text;
}

}  // namespace

std::optional<ProcessStat> stat_of(pid_t pid) {
  const std::string text = read_quietly("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t end = text.rfind(')');  // the name may hold anything
  if (end == std::string::npos || end + 2 >= text.size()) return std::nullopt;
  const auto fields =
      base::split(std::string_view(text).substr(end + 2), ' ');  // from the third on
  if (fields.size() < 20) return std::nullopt;
  return ProcessStat{pid, static_cast<pid_t>(number_in(fields[1])),
                     static_cast<pid_t>(number_in(fields[3])), fields[0][0], number_in(fields[19])};
}

std::uint64_t switches_of(pid_t pid) {
  std::uint64_t sum = 0;
  const std::string status = read_quietly("/proc/" + std::to_string(pid) + "/status");
  for (const std::string_view line : base::lines_of(status))
    if (line.find("voluntary_ctxt_switches:") != std::string_view::npos)
      sum += number_in(line.substr(line.find(':') + 1));
  return sum;
}

std::string file_system_of(const std::string& path) {
  std::string best, type;
  const std::string mounts = read_quietly("/proc/self/mountinfo");
  for (const std::string_view line : base::lines_of(mounts)) {
    const auto fields = base::split(line, ' ');
    std::size_t dash = 6;
    while (dash < fields.size() && fields[dash] != "-") ++dash;
    if (dash + 1 >= fields.size()) continue;
    const std::string point = unescaped(fields[4]);
    const bool is_above = path == point || point == "/" || path.starts_with(point + "/");
    if (!is_above || point.size() < best.size()) continue;
    best = point;
    type = fields[dash + 1];
  }
  return type;
}

}  // namespace provisioner::agent

// burnin: loads one part of a node for a while and tells how fast and how faithful it was.
#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/burnin/measures.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {
namespace {

using burnin::Seconds;

constexpr std::int64_t longest = 3600;            // seconds
constexpr std::uint64_t at_ease = 1ULL << 30;      // bytes of memory, where nobody says more
constexpr std::int64_t share = 25, most = 90;      // percent of what is available

// Of /proc/meminfo, in bytes.
std::uint64_t available_memory(const host::HostView& view) {
  const std::string text = view.read_file("/proc/meminfo").value_or("");
  const std::string_view key = "MemAvailable:";
  const std::size_t at = text.find(key);
  if (at == std::string::npos)
    throw base::Error(base::Kind::failed, "'/proc/meminfo' does not say what is available");
  return std::strtoull(text.c_str() + at + key.size(), nullptr, 10) << 10;
}

std::uint64_t memory_to_load(const host::HostView& view, std::int64_t percent) {
  const std::uint64_t available = available_memory(view) / 100;
  if (percent > 0) return available * static_cast<std::uint64_t>(std::min(percent, most));
  return std::min(at_ease, available * share);
}

std::vector<std::string> device_paths(const std::vector<std::string>& names) {
  std::vector<std::string> paths;
  for (const std::string& name : names)
    paths.push_back(name.starts_with('/') ? name : "/dev/" + name);
  return paths;
}

value::Value measured(const host::HostView& view, const Arguments& arguments, Seconds bound) {
  const std::string part = arguments.text("part");
  if (part == "memory")
    return burnin::measure_memory(memory_to_load(view, arguments.integer("percent")), bound);
  if (part == "cpu") return burnin::measure_processors(bound);
  if (part == "disk")
    return burnin::measure_disks(device_paths(arguments.texts("disks")), bound);
  const value::Value& line = arguments.raw("line");
  return burnin::measure_network(
      {.listens = value::boolean_or(line, "listens", false),
       .address = value::text_or(line, "address", ""),
       .peer = value::text_or(line, "peer", ""),
       .port = static_cast<std::uint16_t>(value::integer_or(line, "port", 0)),
       .word = value::text_or(line, "word", "")},
      bound);
}

wire::Plan check(const host::HostView& view, const Arguments& arguments) {
  const std::int64_t seconds = arguments.integer("seconds");
  if (seconds < 1 || seconds > longest) return failed("seconds: 1 to 3600 can be measured");
  wire::Plan plan;
  plan.verdict = wire::Verdict::read;
  plan.result.set("measured", measured(view, arguments, Seconds(seconds)));
  return plan;
}

}  // namespace

extern const Module burnin_module{
    .spec = {.name = "burnin",
             .summary = "loads one part of a node for a while, and tells how fast it was",
             .collections = {},
             .kind = ModuleKind::read,
             .parameters = {{.name = "part",
                             .required = true,
                             .choices = {"memory", "cpu", "disk", "network"}},
                            {.name = "seconds", .type = Type::integer, .fallback = "10"},
                            {.name = "percent", .type = Type::integer, .fallback = "0"},
                            {.name = "disks", .type = Type::list_of_text, .fallback = "[]"},
                            {.name = "line", .type = Type::dict}}},
    .check = check};

}  // namespace provisioner::modules

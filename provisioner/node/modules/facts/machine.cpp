// Facts of the machine itself: processors, memory, firmware.
#include <algorithm>
#include <map>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

std::pair<std::string, std::string> key_and_text(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {std::string(base::trim(line)), ""};
  return {std::string(base::trim(line.substr(0, colon))),
          std::string(base::trim(line.substr(colon + 1)))};
}

// How many processors a list such as "0-3,8" names.
std::int64_t count_of(const std::string& list) {
  std::int64_t count = 0;
  for (const std::string& range : base::split(list, ',')) {
    const auto ends = base::split(range, '-');
    if (ends.front().empty()) continue;
    count += ends.size() == 2 ? std::atoll(ends[1].c_str()) - std::atoll(ends[0].c_str()) + 1 : 1;
  }
  return count;
}

std::int64_t usable_processors(const host::HostView& view, std::int64_t otherwise) {
  const std::string whole = readable(view, "/proc/self/status").value_or("");
  for (const std::string_view line : base::lines_of(whole)) {
    if (line.starts_with("Cpus_allowed_list:")) return count_of(key_and_text(line).second);
  }
  return otherwise;
}

// What /proc/cpuinfo says of each processor; a socket is known by its physical id.
struct Census {
  value::List descriptions;
  std::int64_t processors = 0;
  std::map<std::string, std::int64_t> cores_of, siblings_of;
};

Census take_census(const std::string& text) {
  static const std::set<std::string_view> described = {"model name", "Processor", "vendor_id",
                                                       "cpu",        "Vendor",    "processor"};
  Census census;
  std::string socket;
  for (const std::string_view line : base::lines_of(text)) {
    const auto [key, content] = key_and_text(line);
    if (described.contains(key)) census.descriptions.emplace_back(content);
    if (key == "processor") ++census.processors;
    if (key == "physical id") {
      socket = content;
      census.cores_of.try_emplace(socket, 1);
      census.siblings_of.try_emplace(socket, 1);
    }
    if (key == "cpu cores" && !socket.empty())
      census.cores_of[socket] = std::atoll(content.c_str());
    if (key == "siblings" && !socket.empty())
      census.siblings_of[socket] = std::atoll(content.c_str());
  }
  return census;
}

std::string form_factor(const std::string& chassis_type) {
  // SMBIOS 3.5, table 17.
  static constexpr const char* names[] = {"Unknown",
                                          "Other",
                                          "Unknown",
                                          "Desktop",
                                          "Low Profile Desktop",
                                          "Pizza Box",
                                          "Mini Tower",
                                          "Tower",
                                          "Portable",
                                          "Laptop",
                                          "Notebook",
                                          "Hand Held",
                                          "Docking Station",
                                          "All In One",
                                          "Sub Notebook",
                                          "Space-saving",
                                          "Lunch Box",
                                          "Main Server Chassis",
                                          "Expansion Chassis",
                                          "Sub Chassis",
                                          "Bus Expansion Chassis",
                                          "Peripheral Chassis",
                                          "RAID Chassis",
                                          "Rack Mount Chassis",
                                          "Sealed-case PC",
                                          "Multi-system",
                                          "CompactPCI",
                                          "AdvancedTCA",
                                          "Blade",
                                          "Blade Enclosure",
                                          "Tablet",
                                          "Convertible",
                                          "Detachable",
                                          "IoT Gateway",
                                          "Embedded PC",
                                          "Mini PC",
                                          "Stick PC"};
  const auto index = static_cast<std::size_t>(std::atoll(chassis_type.c_str()));
  return index < std::size(names) ? names[index] : "unknown (" + chassis_type + ")";
}

}  // namespace

value::Dict processor(const host::HostView& view) {
  const Census census = take_census(readable(view, "/proc/cpuinfo").value_or(""));
  const bool has_sockets = !census.cores_of.empty();
  const auto sockets = static_cast<std::int64_t>(census.cores_of.size());
  const std::int64_t cores = has_sockets ? census.cores_of.begin()->second : 1;
  const std::int64_t siblings = has_sockets ? census.siblings_of.begin()->second : 1;
  const std::int64_t threads = std::max<std::int64_t>(1, cores > 0 ? siblings / cores : 1);
  const std::int64_t count = has_sockets ? sockets : std::max<std::int64_t>(1, census.processors);
  const std::int64_t virtual_count = has_sockets ? threads * count * cores : census.processors;
  return {{"processor", census.descriptions},
          {"processor_count", count},
          {"processor_cores", cores},
          {"processor_threads_per_core", threads},
          {"processor_vcpus", virtual_count},
          {"processor_nproc", usable_processors(view, census.processors)}};
}

value::Dict memory(const host::HostView& view) {
  std::map<std::string, std::int64_t> megabytes;
  const std::string whole = readable(view, "/proc/meminfo").value_or("");
  for (const std::string_view line : base::lines_of(whole)) {
    const auto [key, content] = key_and_text(line);
    megabytes[key] = std::atoll(content.c_str()) / 1024;
  }
  if (megabytes.empty()) return {};
  const std::int64_t total = megabytes["MemTotal"], free = megabytes["MemFree"];
  const std::int64_t without_cache = free + megabytes["Cached"] + megabytes["Buffers"];
  const std::int64_t swap = megabytes["SwapTotal"], swap_free = megabytes["SwapFree"];
  return {{"memtotal_mb", total},
          {"memfree_mb", free},
          {"swaptotal_mb", swap},
          {"swapfree_mb", swap_free},
          {"memory_mb",
           value::Dict{
               {"real", value::Dict{{"total", total}, {"used", total - free}, {"free", free}}},
               {"nocache", value::Dict{{"free", without_cache}, {"used", total - without_cache}}},
               {"swap", value::Dict{{"total", swap},
                                    {"free", swap_free},
                                    {"used", swap - swap_free},
                                    {"cached", megabytes["SwapCached"]}}}}}};
}

value::Dict firmware(const host::HostView& view) {
  static constexpr std::pair<const char*, const char*> keys[] = {
      {"bios_date", "bios_date"},
      {"bios_vendor", "bios_vendor"},
      {"bios_version", "bios_version"},
      {"board_asset_tag", "board_asset_tag"},
      {"board_name", "board_name"},
      {"board_serial", "board_serial"},
      {"board_vendor", "board_vendor"},
      {"board_version", "board_version"},
      {"chassis_asset_tag", "chassis_asset_tag"},
      {"chassis_serial", "chassis_serial"},
      {"chassis_vendor", "chassis_vendor"},
      {"chassis_version", "chassis_version"},
      {"form_factor", "chassis_type"},
      {"product_name", "product_name"},
      {"product_serial", "product_serial"},
      {"product_uuid", "product_uuid"},
      {"product_version", "product_version"},
      {"system_vendor", "sys_vendor"}};
  value::Dict facts;
  for (const auto& [key, file] : keys) {
    auto text = first_line(view, std::string("/sys/devices/virtual/dmi/id/") + file);
    if (text && std::string_view(key) == "form_factor") text = form_factor(*text);
    facts.set(key, text.value_or("NA"));
  }
  return facts;
}

Findings hardware(const host::HostView& view, const Request&) {
  value::Dict facts;
  const auto add = [&](const value::Dict& more) {
    for (const auto& [key, content] : more) facts.set(key, content);
  };
  add(processor(view));
  add(memory(view));
  add(firmware(view));
  add(devices(view));
  add(mounts(view));
  add(logical_volumes(view));
  if (const auto uptime = first_line(view, "/proc/uptime")) {
    facts.set("uptime_seconds", std::int64_t{std::atoll(uptime->c_str())});
  }
  return {std::move(facts), {}};
}

}  // namespace provisioner::modules::facts

// What a machine is made of, beside its disks: processors, memory modules, links, cards, firmware.
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/dimms.h"
#include "provisioner/node/modules/facts/gatherer.h"

namespace provisioner::modules::facts {
namespace {

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string line_of(const host::HostView& view, const std::string& path) {
  return first_line(view, path).value_or("");
}

std::int64_t integer_at(const value::Dict& dict, const char* key) {
  const value::Value* found = dict.find(key);
  return found != nullptr && found->is_integer() ? found->integer() : 0;
}

// What /proc/cpuinfo says first under a name.
std::string first_in(const std::string& text, std::string_view name) {
  for (const std::string_view line : base::lines_of(text))
    if (line.starts_with(name) && line.find(':') != line.npos)
      return std::string(base::trim(line.substr(line.find(':') + 1)));
  return "";
}

value::Dict processors(const host::HostView& view) {
  const value::Dict known = processor(view);
  const std::string text = readable(view, "/proc/cpuinfo").value_or("");
  const std::int64_t sockets = integer_at(known, "processor_count");
  const std::string most =
      line_of(view, "/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq");  // in kHz
  return {{"sockets", sockets},
          {"cores", sockets * integer_at(known, "processor_cores")},
          {"threads", integer_at(known, "processor_vcpus")},
          {"model", first_in(text, "model name")},
          {"mhz", std::int64_t{most.empty() ? std::atoll(first_in(text, "cpu MHz").c_str())
                                            : std::atoll(most.c_str()) / 1000}}};
}

// lldpcli(8), "keyvalue": lldp.eth0.chassis.name=switch1
value::Dict neighbour(const std::string& said, const std::string& link) {
  value::Dict found;
  const std::string mark = "lldp." + link + ".";
  static constexpr std::pair<std::string_view, const char*> keys[] = {
      {"chassis.name=", "switch"}, {"chassis.mac=", "switch_mac"}, {"port.ifname=", "port"},
      {"port.descr=", "port_description"}, {"vlan.vlan-id=", "vlan"}};
  for (const std::string_view line : base::lines_of(said)) {
    if (!line.starts_with(mark)) continue;
    for (const auto& [key, name] : keys)
      if (line.substr(mark.size()).starts_with(key))
        found.set(name, line.substr(mark.size() + key.size()));
  }
  return found;
}

value::Dict link(const host::HostView& view, const std::string& name, const std::string& lldp) {
  const std::string path = "/sys/class/net/" + name;
  const std::string speed = line_of(view, path + "/speed");  // Mbit/s; -1 or unreadable: none
  const auto identity = view.link(name).value_or(host::LinkIdentity{});
  std::string driver = identity.driver;
  if (driver.empty()) driver = last_part(view.link_target(path + "/device/driver").value_or(""));
  return {{"name", name},
          {"mac", line_of(view, path + "/address")},
          {"permanent_mac", identity.permanent_mac},
          {"speed", std::max<std::int64_t>(0, std::atoll(speed.c_str()))},
          {"has_carrier", line_of(view, path + "/carrier") == "1"},
          {"driver", driver},
          {"firmware", identity.firmware},
          {"pci", last_part(view.link_target(path + "/device").value_or(""))},
          {"neighbour", neighbour(lldp, name)}};
}

// Those with hardware behind them: no bridges, bonds, tunnels.
value::List links(const host::HostView& view) {
  const std::string lldp =
      view.program("lldpctl") ? view.query({"lldpctl", "-f", "keyvalue"}).out : "";
  value::List found;
  for (const std::string& name : names_in(view, "/sys/class/net"))
    if (view.status("/sys/class/net/" + name + "/device", host::Follow::yes))
      found.emplace_back(link(view, name, lldp));
  return found;
}

value::List cards(const host::HostView& view) {
  value::List found;
  for (const std::string& address : names_in(view, "/sys/bus/pci/devices")) {
    const std::string path = "/sys/bus/pci/devices/" + address;
    found.emplace_back(
        value::Dict{{"address", address},
                    {"vendor", line_of(view, path + "/vendor")},
                    {"device", line_of(view, path + "/device")},
                    {"class", line_of(view, path + "/class")},
                    {"driver", last_part(view.link_target(path + "/driver").value_or(""))}});
  }
  return found;
}

value::Dict board(const host::HostView& view) {
  static constexpr std::pair<const char*, const char*> files[] = {
      {"bios_vendor", "bios_vendor"},   {"bios_version", "bios_version"},
      {"bios_date", "bios_date"},       {"vendor", "sys_vendor"},
      {"product", "product_name"},      {"serial", "product_serial"},
      {"uuid", "product_uuid"},         {"board", "board_name"},
      {"board_serial", "board_serial"}, {"chassis_serial", "chassis_serial"}};
  value::Dict facts;
  for (const auto& [name, file] : files)
    facts.set(name, line_of(view, std::string("/sys/class/dmi/id/") + file));
  const bool is_uefi = view.status("/sys/firmware/efi", host::Follow::yes).has_value();
  facts.set("boot", is_uefi ? "uefi" : "bios");
  return facts;
}

}  // namespace

Findings parts(const host::HostView& view, const Request&) {
  const std::string table = readable(view, "/sys/firmware/dmi/tables/DMI").value_or("");
  return {{{"processors", processors(view)},
           {"memory", value::Dict{{"visible_mib", integer_at(memory(view), "memtotal_mb")}}},
           {"dimms", dimms_in(table)},
           {"links", links(view)},
           {"pci", cards(view)},
           {"firmware", board(view)}},
          {}};
}

}  // namespace provisioner::modules::facts

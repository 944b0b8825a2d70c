#include "tests/hardware/fleet.h"

#include <fmt/format.h>

#include <functional>

#include "provisioner/base/base/text.h"

namespace provisioner::hardware::tests {
namespace {

using value::Dict;
using value::List;
using value::Value;

inventory::Node written_down(int number) {
  inventory::Node node;
  node.name = fmt::format("n{:02}", number);
  node.hardware.vendor = "Dell";
  node.hardware.model = "PowerEdge R740";
  node.hardware.serial = fmt::format("9XK{:02}", number);
  for (int slot = 0; slot < 2; ++slot) {
    inventory::Disk disk;
    disk.name = slot == 0 ? "system" : "data";
    disk.serial = fmt::format("WFK{:02}{}", number, slot);
    disk.wwn = fmt::format("0x5000c500a10{:02}{:03}", number, slot);
    disk.slot = slot;
    node.disks.push_back(disk);
    inventory::Interface interface;
    interface.name = fmt::format("eno{}", slot + 1);
    interface.mac = fmt::format("02:00:00:00:{:02}:0{}", number, slot);
    interface.switch_name = fmt::format("tor{}", slot + 1);
    interface.port = fmt::format("Ethernet1/{}", number);
    node.network.interfaces.push_back(interface);
  }
  return node;
}

Spec specification() {
  Spec spec;
  spec.name = "simulated";
  spec.sockets = 2;
  spec.cores_per_socket = 16;
  spec.threads_per_core = 2;
  spec.clock_mhz = 2100;
  spec.memory_gib = 192;
  spec.dimms = 12;
  spec.dimm_gib = 16;
  spec.dimm_speed = 2666;
  spec.disks = {{.count = 2, .size_gb = 1200, .is_rotational = true, .transport = "sas"}};
  spec.links = {{.count = 2, .speed = 10000}};
  spec.firmware = Spec::Firmware::uefi;
  return spec;
}

Value facts_of(const inventory::Node& node, int number) {
  List dimms, disks, links;
  for (int slot = 1; slot <= 12; ++slot)
    dimms.emplace_back(Dict{{"slot", fmt::format("A{}", slot)},
                            {"size", std::int64_t{16} << 30},
                            {"speed", 2666},
                            {"serial", fmt::format("{:02}{:02}", number, slot)}});
  for (const inventory::Disk& disk : node.disks)
    disks.emplace_back(Dict{{"name", *disk.slot == number % 2 ? "sda" : "sdb"},
                            {"wwn", disk.wwn},
                            {"serial", disk.serial},
                            {"model", "ST1200MM0099"},
                            {"firmware", "ST31"},
                            {"size", std::int64_t{1'200'243'695'616}},
                            {"is_rotational", true},
                            {"transport", "sas"},
                            {"slot", std::to_string(*disk.slot)}});
  for (const inventory::Interface& interface : node.network.interfaces)
    links.emplace_back(Dict{{"name", interface.name},
                            {"mac", node.network.interfaces.front().mac},
                            {"permanent_mac", interface.mac},
                            {"speed", 10000},
                            {"has_carrier", true},
                            {"firmware", "214.4"},
                            {"neighbour", Dict{{"switch", interface.switch_name + ".example.org"},
                                               {"port", "Eth1/" + std::to_string(number)}}}});
  return Dict{{"processors", Dict{{"sockets", 2},
                                  {"cores", 32},
                                  {"threads", 64},
                                  {"model", "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz"}}},
              {"memory", Dict{{"visible_mib", 193'000 - number * 20}}},
              {"dimms", std::move(dimms)},
              {"disks", std::move(disks)},
              {"links", std::move(links)},
              {"firmware", Dict{{"bios_version", "2.12.2"},
                                {"boot", "uefi"},
                                {"vendor", "Dell Inc."},
                                {"product", "PowerEdge R740"},
                                {"serial", node.hardware.serial}}}};
}

// The value with what stands at the end of a way changed, or gone where `to` is null.
Value changed(const Value& value, const std::vector<std::string>& way, std::size_t step,
              const Value* to) {
  if (step == way.size()) return *to;
  const bool is_last = step + 1 == way.size();
  if (value.is_list()) {
    List items = value.list();
    const std::size_t at = std::stoul(way[step]);
    if (is_last && to == nullptr)
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
    else
      items.at(at) = changed(items.at(at), way, step + 1, to);
    return items;
  }
  Dict entries = value.is_dict() ? value.dict() : Dict();
  if (is_last && to == nullptr) {
    entries.erase(way[step]);
    return entries;
  }
  const Value* inner = entries.find(way[step]);
  entries.set(way[step], changed(inner == nullptr ? Value() : *inner, way, step + 1, to));
  return entries;
}

}  // namespace

Fleet::Fleet(int nodes, bool has_spec) {
  for (int number = 1; number <= nodes; ++number) {
    Subject subject;
    subject.node = written_down(number);
    if (has_spec) {
      subject.spec = specification();
      subject.node.hardware.spec = subject.spec->name;
    }
    subject.facts = facts_of(subject.node, number);
    subjects.push_back(std::move(subject));
  }
}

void Fleet::set(int number, const std::string& way, const Value& to) {
  Value& facts = subjects.at(place(number)).facts;
  facts = changed(facts, base::split(way, '.'), 0, &to);
}

void Fleet::remove(int number, const std::string& way) {
  Value& facts = subjects.at(place(number)).facts;
  facts = changed(facts, base::split(way, '.'), 0, nullptr);
}

std::string Fleet::told() const {
  std::string text;
  for (const Finding& finding : check(subjects).findings) {
    std::string nodes = finding.node;
    for (const std::string& other : finding.others) nodes += "+" + other;
    text += fmt::format("{} {}: {} / {} / {}\n", nodes, finding.part, finding.is, finding.should,
                        name_of(finding.because));
  }
  return text;
}

}  // namespace provisioner::hardware::tests

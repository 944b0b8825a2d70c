// From a machine to what the inventory says of it.

#include "provisioner/machine/hardware/entry.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/base/value/write_yaml.h"
#include "provisioner/language/inventory/text_forms.h"

namespace provisioner::hardware {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::int64_t gib = std::int64_t{1} << 30, gigabyte = 1'000'000'000;

std::string plain(std::string text) {
  std::erase_if(text, [](char byte) {
    return byte < ' ' || byte > '~' || byte == '{' || byte == '}' || byte == '!' || byte == '#';
  });
  return std::string(base::trim(text));
}

void put(Dict& dict, const char* key, const std::string& text) {
  if (std::string written = plain(text); !written.empty()) dict.set(key, std::move(written));
}

// What the inventory would refuse is left out: an InfiniBand port's address, an NVMe's own name.
void put(Dict& dict, const char* key, const std::string& text, inventory::Form form) {
  if (inventory::has_form(form, text)) dict.set(key, text);
}

void put(Dict& dict, const char* key, std::int64_t number) {
  if (number > 0) dict.set(key, number);
}

Dict hardware_of(const Machine& machine) {
  std::int64_t memory = 0;
  for (const Dimm& dimm : machine.dimms) memory += dimm.size;
  Dict hardware;
  put(hardware, "vendor", machine.vendor);
  put(hardware, "model", machine.product);
  put(hardware, "serial", machine.serial);
  put(hardware, "sockets", machine.sockets);
  put(hardware, "cores_per_socket", machine.sockets > 0 ? machine.cores / machine.sockets : 0);
  put(hardware, "memory_gib", memory / gib);
  put(hardware, "firmware", machine.boot);
  return hardware;
}

// What nothing tells from the others is not written down.
List disks_of(const Machine& machine) {
  List disks;
  for (const FoundDisk& found : machine.disks) {
    Dict disk = {{"name", "disk" + std::to_string(disks.size())}};
    put(disk, "serial", found.serial);
    put(disk, "wwn", found.wwn, inventory::Form::wwn);
    if (disk.size() == 1) continue;
    put(disk, "size_gb", found.size / gigabyte);
    for (const char* type : {"sas", "sata", "nvme"})
      if (found.transport == type) disk.set("type", type);
    disks.emplace_back(std::move(disk));
  }
  return disks;
}

List interfaces_of(const Machine& machine) {
  List interfaces;
  for (const FoundLink& link : machine.links) {
    Dict interface = {{"name", plain(link.name)}};
    put(interface, "mac", link.permanent_mac.empty() ? link.mac : link.permanent_mac,
        inventory::Form::mac);
    put(interface, "switch", link.neighbour.switch_name);
    put(interface, "port", link.neighbour.port);
    interfaces.emplace_back(std::move(interface));
  }
  return interfaces;
}

}  // namespace

Value entry_of(const Machine& machine) {
  return Dict{{"hardware", hardware_of(machine)},
              {"disks", disks_of(machine)},
              {"network", Dict{{"interfaces", interfaces_of(machine)}}}};
}

std::string inventory_text(const std::string& host, const Value& keys, const std::string& note) {
  Dict hosts;
  hosts.set(host, keys);
  const Value whole = Dict{{"ungrouped", Dict{{"hosts", std::move(hosts)}}}};
  const std::string text =
      value::write_yaml(whole, {.width = 120, .is_block = true, .sort_keys = false});
  const std::vector<Value> read = value::read_yaml_text(text, "<new entry>");
  if (read.size() != 1 || !(read.front() == whole))
    throw base::Error(base::Kind::bug, "the entry of '" + host + "' does not read back");
  return "# " + note + "\n" + text;
}

}  // namespace provisioner::hardware

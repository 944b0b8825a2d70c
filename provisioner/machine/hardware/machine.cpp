// Facts as types.

#include "provisioner/machine/hardware/machine.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/machine/hardware/fact_members.h"

namespace provisioner::hardware {
namespace {

using value::Value;

std::string text(const Value& facts, const char* name) {
  return std::string(base::trim(value::text_or(facts, name, "")));
}

Neighbour neighbour_of(const Value& facts) {
  Neighbour neighbour{text(facts, "switch"), text(facts, "port"), text(facts, "port_description")};
  if (neighbour.switch_name.empty()) neighbour.switch_name = text(facts, "switch_mac");
  return neighbour;
}

FoundLink link_of(const Value& facts) {
  return {.name = text(facts, "name"),
          .mac = text(facts, "mac"),
          .permanent_mac = text(facts, "permanent_mac"),
          .firmware = text(facts, "firmware"),
          .pci = text(facts, "pci"),
          .speed = value::integer_or(facts, "speed", 0),
          .has_carrier = value::boolean_or(facts, "has_carrier", false),
          .neighbour = neighbour_of(member(facts, "neighbour"))};
}

// Disks that come and go with a BMC's virtual media, or that live elsewhere, are no part of it.
bool is_own(const FoundDisk& disk) {
  return disk.transport != "usb" && disk.transport != "iscsi" && disk.transport != "fc";
}

FoundDisk disk_of(const Value& facts) {
  return {.name = text(facts, "name"),
          .wwn = text(facts, "wwn"),
          .serial = text(facts, "serial"),
          .model = text(facts, "model"),
          .firmware = text(facts, "firmware"),
          .slot = text(facts, "slot"),
          .transport = text(facts, "transport"),
          .size = value::integer_or(facts, "size", 0),
          .is_rotational = value::boolean_or(facts, "is_rotational", false)};
}

// What the agent heard itself: lldpd, where it runs, has said it in `parts` already.
void add_heard(const Value& facts, Machine& machine) {
  machine.has_listened = facts.find("lldp") != nullptr;
  for (const Value& heard : rows(facts, "lldp")) {
    const auto link = std::ranges::find(machine.links, text(heard, "link"), &FoundLink::name);
    if (link != machine.links.end() && link->neighbour.switch_name.empty())
      link->neighbour = neighbour_of(heard);
  }
}

}  // namespace

Machine read_machine(const Value& facts) {
  const Value& firmware = member(facts, "firmware");
  const Value& processors = member(facts, "processors");
  Machine machine;
  machine.vendor = text(firmware, "vendor");
  machine.product = text(firmware, "product");
  machine.serial = text(firmware, "serial");
  machine.bios_version = text(firmware, "bios_version");
  machine.boot = text(firmware, "boot");
  machine.processor = text(processors, "model");
  machine.sockets = value::integer_or(processors, "sockets", 0);
  machine.cores = value::integer_or(processors, "cores", 0);
  machine.threads = value::integer_or(processors, "threads", 0);
  machine.visible_mib = value::integer_or(member(facts, "memory"), "visible_mib", 0);
  for (const Value& dimm : rows(facts, "dimms"))
    machine.dimms.push_back({text(dimm, "slot"), value::integer_or(dimm, "size", 0),
                             value::integer_or(dimm, "speed", 0)});
  for (const Value& link : rows(facts, "links")) machine.links.push_back(link_of(link));
  for (const Value& facts_of_disk : rows(facts, "disks"))
    if (FoundDisk disk = disk_of(facts_of_disk); is_own(disk))
      machine.disks.push_back(std::move(disk));
  machine.knows_links = member(facts, "links").is_list();
  machine.knows_disks = member(facts, "disks").is_list();
  add_heard(facts, machine);
  machine.burnin = read_burnin(facts);
  return machine;
}

std::vector<std::string> untold(const Machine& machine) {
  std::vector<std::string> parts;
  if (!machine.knows_disks) parts.emplace_back("disks");
  if (!machine.knows_links) parts.emplace_back("links");
  return parts;
}

}  // namespace provisioner::hardware

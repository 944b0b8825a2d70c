#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/machine/hardware/burnin.h"

namespace provisioner::hardware {

struct Dimm {
  std::string slot;
  std::int64_t size = 0, speed = 0;  // bytes, MT/s
};

// Who is at the other end of a link's cable, as it says of itself by LLDP.
struct Neighbour {
  std::string switch_name, port, port_description;
};

struct FoundLink {
  std::string name, mac, permanent_mac, firmware, pci;
  std::int64_t speed = 0;  // Mbit/s; 0: not known
  bool has_carrier = false;
  Neighbour neighbour = {};
};

struct FoundDisk {
  std::string name, wwn, serial, model, firmware, slot, transport;
  std::int64_t size = 0;  // bytes
  bool is_rotational = false;
};

// A machine as it was found: the facts `disks`, `parts`, `lldp` and `burnin`, typed. What was not
// told, or told in another form, is empty.
struct Machine {
  std::string vendor, product, serial, bios_version, boot, processor;
  std::int64_t sockets = 0, cores = 0, threads = 0;
  std::int64_t visible_mib = 0;  // of memory, to the kernel
  std::vector<Dimm> dimms;
  std::vector<FoundLink> links;
  std::vector<FoundDisk> disks;
  Burnin burnin;
  bool knows_links = false, knows_disks = false;  // whether anybody looked for them
  bool has_listened = false;                      // for LLDP
};

Machine read_machine(const value::Value& facts);

// Of what every machine has to tell, what nobody has told: "disks", "links".
std::vector<std::string> untold(const Machine& machine);

}  // namespace provisioner::hardware

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::lab {

struct MachineDisk {
  std::string name;         // the inventory's
  std::string serial, wwn;  // 16 hex digits; "" where the inventory has none
  std::uint64_t size = 0;   // bytes, scaled down from the inventory's
  std::int64_t rpm = 0;     // 0: no rotation
};

// One virtual machine, as the inventory describes the real one.
struct Machine {
  std::string name, address;      // what the boot service offers it
  std::string vendor, model, serial;
  bool is_uefi = false;
  int memory_mib = 512, processors = 1;
  std::vector<std::string> macs;  // of its ports, in order
  std::vector<MachineDisk> disks;
  int bmc_port = 0;  // on 127.0.0.1, of its IPMI by UDP and of its serial line by TCP
};

std::string bmc_url(const Machine& machine);  // as in an inventory, with its words

value::Value to_value(const Machine& machine);
Machine machine_of(const value::Value& written);

// The first device of a boot.
enum class BootDevice : std::uint8_t { disk, network };

// The machine for libvirt (https://libvirt.org/formatdomain.html), with its files in `directory`. A
// reboot that the machine asks for ends it, so that whoever watches can choose the next boot's
// device: a BMC's "next boot" holds for one.
std::string domain_xml(const Machine& machine, const std::string& bridge,
                       const std::string& directory, BootDevice first);

std::string disk_file(const std::string& directory, std::size_t number);
std::string serial_log(const std::string& directory);

// ipmi_sim(1): what its LAN and its controller are told. `chassis` is the command that switches.
std::string ipmi_lan(const Machine& machine, const std::string& password,
                     const std::string& chassis);
std::string ipmi_emulation(const Machine& machine);  // with what it tells of its machine

}  // namespace provisioner::lab

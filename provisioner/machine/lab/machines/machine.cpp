// A machine in the lab's record.

#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {

using value::Dict;
using value::List;
using value::Value;

std::string bmc_url(const Machine& machine) {
  return "ipmi://127.0.0.1:" + std::to_string(machine.bmc_port) + "?cipher=3";
}

Value to_value(const Machine& machine) {
  List macs(machine.macs.begin(), machine.macs.end());
  List disks;
  for (const MachineDisk& disk : machine.disks)
    disks.emplace_back(Dict{{"name", disk.name},
                            {"serial", disk.serial},
                            {"wwn", disk.wwn},
                            {"size", static_cast<std::int64_t>(disk.size)},
                            {"rpm", disk.rpm}});
  return Dict{{"name", machine.name},
              {"address", machine.address},
              {"vendor", machine.vendor},
              {"model", machine.model},
              {"serial", machine.serial},
              {"is_uefi", machine.is_uefi},
              {"memory_mib", machine.memory_mib},
              {"processors", machine.processors},
              {"macs", std::move(macs)},
              {"disks", std::move(disks)},
              {"bmc_port", machine.bmc_port}};
}

Machine machine_of(const Value& written) {
  Machine machine{.name = value::text_or(written, "name", ""),
                  .address = value::text_or(written, "address", ""),
                  .vendor = value::text_or(written, "vendor", ""),
                  .model = value::text_or(written, "model", ""),
                  .serial = value::text_or(written, "serial", ""),
                  .is_uefi = value::boolean_or(written, "is_uefi", false),
                  .memory_mib = static_cast<int>(value::integer_or(written, "memory_mib", 512)),
                  .processors = static_cast<int>(value::integer_or(written, "processors", 1)),
                  .macs = {},
                  .disks = {},
                  .bmc_port = static_cast<int>(value::integer_or(written, "bmc_port", 0))};
  if (const Value* macs = written.find("macs"); macs != nullptr && macs->is_list())
    for (const Value& mac : macs->list()) machine.macs.push_back(mac.text());
  if (const Value* disks = written.find("disks"); disks != nullptr && disks->is_list())
    for (const Value& disk : disks->list())
      machine.disks.push_back(
          {value::text_or(disk, "name", ""), value::text_or(disk, "serial", ""),
           value::text_or(disk, "wwn", ""),
           static_cast<std::uint64_t>(value::integer_or(disk, "size", 0)),
           value::integer_or(disk, "rpm", 0)});
  return machine;
}

}  // namespace provisioner::lab

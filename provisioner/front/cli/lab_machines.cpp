// Machines of an inventory as virtual ones.

#include "provisioner/front/cli/lab_machines.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/text_forms.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

constexpr std::int64_t scale = 100;  // of disks: 1.2 TB become 12 GB
constexpr std::int64_t usual_size_gb = 800;
constexpr std::size_t most_machines = 20;
constexpr int first_bmc_port = 9011;

lab::Machine machine_of(const inventory::Node& node) {
  lab::Machine machine{.name = node.name,
                       .address = {},
                       .vendor = node.hardware.vendor,
                       .model = node.hardware.model,
                       .serial = node.hardware.serial,
                       .is_uefi = node.hardware.firmware == inventory::Hardware::Firmware::uefi,
                       .macs = {},
                       .disks = {}};
  for (const inventory::Interface& port : node.network.interfaces)
    if (!port.mac.empty()) machine.macs.push_back(base::lower_case(port.mac));
  for (const inventory::Disk& disk : node.disks)
    machine.disks.push_back(
        {disk.name, disk.serial, inventory::plain_wwn(disk.wwn),
         static_cast<std::uint64_t>(disk.size_gb.value_or(usual_size_gb)) * 1'000'000'000 / scale,
         disk.rpm.value_or(0)});
  if (machine.macs.empty() || machine.disks.empty())
    throw Error(Kind::input,
                node.name + ": a machine needs a disk and an interface with a MAC", node.pos);
  return machine;
}

}  // namespace

std::vector<lab::Machine> lab_machines(const std::vector<NamedNode>& nodes,
                                       const lab::Settings& settings) {
  if (nodes.size() > most_machines)
    throw Error(Kind::usage, "a lab has at most " + std::to_string(most_machines) +
                                 " machines, not " + std::to_string(nodes.size()));
  const std::string network = settings.gateway.substr(0, settings.gateway.rfind('.') + 1);
  std::vector<lab::Machine> machines;
  for (const NamedNode& named : nodes) {
    if (named.problem) throw *named.problem;
    lab::Machine machine = machine_of(named.node);
    const int number = static_cast<int>(machines.size());
    machine.address = network + std::to_string(11 + number);
    machine.bmc_port = first_bmc_port + number + settings.number * 100;
    machines.push_back(std::move(machine));
  }
  return machines;
}

}  // namespace provisioner::cli

// How a lab is reached, as an inventory.

#include "provisioner/machine/lab/inventory_layer.h"

#include "provisioner/base/value/json.h"
#include "provisioner/machine/lab/machines/machines.h"
#include "provisioner/machine/lab/machines/site_services.h"
#include "provisioner/machine/lab/network.h"

namespace provisioner::lab {

namespace {

// A machine has a kernel of its own: it can more than inventory/lab says of its containers.
value::List missing_in_machines() {
  return {value::Dict{{"capability", "gpfs"},
                      {"because", "GPFS needs its own kernel modules"}}};
}

// Typed keys are merged by member: what is not said here is as in the site's inventory.
value::Dict said_of(const Machine& machine, const Record& record) {
  const std::string controller = record.controller();
  const std::string prefix = record.gateway.substr(record.gateway.find('/'));
  value::List disks;
  for (const MachineDisk& disk : machine.disks)
    disks.emplace_back(
        value::Dict{{"name", disk.name},
                    {"size_gb", static_cast<std::int64_t>(disk.size / 1'000'000'000)}});
  return {{"ansible_host", machine.address},
          {"lab_directory", record.directory},
          {"lab_controller", controller},
          {"lab", value::Dict{{"cannot", missing_in_machines()}}},
          {"base_apt_sources", value::List{package_source(controller)}},
          {"untagged_addresses", value::List{machine.address + prefix}},
          {"lab_subnet", subnet_text(record.gateway)},
          {"networks", value::List{value::Dict{{"name", "lab_bmc"}, {"subnet", "127.0.0.0/8"}}}},
          {"bmc", value::Dict{{"address", bmc_url(machine) + "&pause=0"},
                              {"network", "lab_bmc"},
                              {"user", "provisioner"},
                              {"password_file", bmc_password_file(record.directory)}}},
          {"disks", std::move(disks)},
          {"deploy", value::Dict{{"address", machine.address + prefix},
                                 {"kernel_arguments", "console=ttyS0"}}}};
}

}  // namespace

std::string inventory_layer(const Record& record) {
  std::string text =
      "# Written by `provisioner lab up`; above the site's inventory and inventory/lab.\n"
      "this_lab:\n"
      "  hosts:\n";
  for (const Node& node : record.nodes) {
    const value::Dict said{{"ansible_host", node.address},
                           {"lab_directory", record.directory},
                           {"lab_controller", record.controller()},
                           {"lab_subnet", subnet_text(record.gateway)}};
    text += "    " + node.name + ": " + value::write_json(said, {}) + "\n";
  }
  for (const Machine& machine : record.machines)
    text += "    " + machine.name + ": " + value::write_json(said_of(machine, record), {}) + "\n";
  return text;
}

}  // namespace provisioner::lab

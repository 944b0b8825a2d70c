// Machines of an inventory as virtual ones.

#include "provisioner/front/cli/lab_machines.h"

#include <algorithm>

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
                       .memory_mib = node.virtual_size.memory_mib,
                       .processors = node.virtual_size.processors,
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

// "10.22.0.5:/project": what the site's own server calls the folder.
std::string exported_path(const std::string& source) {
  const std::size_t colon = source.find(":/");
  return colon == std::string::npos ? "" : source.substr(colon + 1);
}

void add_exports(const inventory::Node& node, std::vector<lab::Export>& exports) {
  for (const inventory::Mount& mount : node.mounts) {
    const std::string path = exported_path(mount.source);
    if (!mount.type.starts_with("nfs") || !inventory::is_plain_path(path)) continue;
    const auto known = std::ranges::find(exports, path, &lab::Export::path);
    if (known == exports.end())
      exports.push_back({path, mount.is_read_only});
    else  // one that writes is enough
      known->is_read_only = known->is_read_only && mount.is_read_only;
  }
}

std::int64_t group_id(const value::Value* groups, const std::string& name, std::int64_t otherwise) {
  if (groups != nullptr && groups->is_list())
    for (const value::Value& group : groups->list())
      if (value::text_or(group, "name", "") == name)
        return value::integer_or(group, "gid", otherwise);
  return otherwise;
}

void add_homes(const value::Dict& variables, std::vector<lab::Home>& homes) {
  const value::Value* users = variables.find("users");
  if (users == nullptr || !users->is_list()) return;
  for (const value::Value& user : users->list()) {
    const std::string name = value::text_or(user, "name", "");
    const std::string path = value::text_or(user, "home", "/home/" + name);
    const std::int64_t uid = value::integer_or(user, "uid", 0);
    if (name.empty() || uid == 0 || !inventory::is_plain_path(path)) continue;
    const std::string group = value::text_or(user, "group", name);
    if (std::ranges::none_of(homes, [&](const auto& one) { return one.path == path; }))
      homes.push_back({path, uid, group_id(variables.find("user_groups"), group, uid)});
  }
}

bool is_below_one(const std::string& path, const std::vector<lab::Export>& exports) {
  return std::ranges::any_of(exports, [&](const lab::Export& one) {
    return path.starts_with(one.path + "/");
  });
}

}  // namespace

lab::SiteServices lab_services(const std::vector<NamedNode>& nodes) {
  lab::SiteServices services;
  for (const NamedNode& named : nodes) {
    add_exports(named.node, services.exports);
    add_homes(named.variables, services.homes);
  }
  std::erase_if(services.homes, [&](const lab::Home& home) {
    return !is_below_one(home.path, services.exports);
  });
  return services;
}

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

// The lab's memory: one JSON file, and where things lie.

#include "provisioner/machine/lab/record.h"

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"

namespace provisioner::lab {
namespace {

std::string record_file(const std::string& directory) {
  return os::join_path(directory, "lab.json");
}

}  // namespace

const Node* Record::find(const std::string& name) const {
  for (const Node& node : nodes)
    if (node.name == name) return &node;
  return nullptr;
}

std::string Record::controller() const { return gateway.substr(0, gateway.find('/')); }

Cgroups Record::cgroups() const {
  return Cgroups(cgroup, is_cluster ? Hierarchies::all : Hierarchies::naming);
}

std::optional<Record> read_record(const std::string& directory) {
  const std::string path = record_file(directory);
  const auto text = os::read_file(path);
  if (!text) return std::nullopt;
  const value::Value read = value::read_json(*text, path);
  Record record{.directory = directory,
                .bridge = value::text_or(read, "bridge", ""),
                .gateway = value::text_or(read, "gateway", ""),
                .base = value::text_or(read, "base", ""),
                .cgroup = value::text_or(read, "cgroup", ""),
                .has_python = value::boolean_or(read, "has_python", false),
                .is_cluster = value::boolean_or(read, "is_cluster", false),
                .is_going = value::boolean_or(read, "is_going", false),
                .nodes = {},
                .machines = {},
                .services = {}};
  if (const value::Value* nodes = read.find("nodes"); nodes != nullptr && nodes->is_list())
    for (const value::Value& node : nodes->list())
      record.nodes.push_back(
          {value::text_or(node, "name", ""), value::text_or(node, "address", "")});
  if (const value::Value* machines = read.find("machines"); machines && machines->is_list())
    for (const value::Value& machine : machines->list())
      record.machines.push_back(machine_of(machine));
  if (const value::Value* services = read.find("services"))
    record.services = site_services_of(*services);
  return record;
}

void write_record(const Record& record) {
  value::List nodes;
  for (const Node& node : record.nodes)
    nodes.emplace_back(value::Dict{{"name", node.name}, {"address", node.address}});
  value::List machines;
  for (const Machine& machine : record.machines) machines.push_back(to_value(machine));
  const value::Dict written{{"bridge", record.bridge},
                            {"gateway", record.gateway},
                            {"base", record.base},
                            {"cgroup", record.cgroup},
                            {"has_python", record.has_python},
                            {"is_cluster", record.is_cluster},
                            {"is_going", record.is_going},
                            {"nodes", value::Value(std::move(nodes))},
                            {"machines", value::Value(std::move(machines))},
                            {"services", to_value(record.services)}};
  os::make_directories(record.directory);
  os::write_file(record_file(record.directory), value::write_json(written, {.indent = 2}) + "\n");
}

std::string node_directory(const std::string& directory, const std::string& node) {
  return os::join_path(directory, "nodes/" + node);
}
std::string key_file(const std::string& directory) {
  return os::join_path(directory, "id_ed25519");
}
std::string known_hosts_file(const std::string& directory) {
  return os::join_path(directory, "known_hosts");
}
std::string inventory_file(const std::string& directory) {
  return os::join_path(directory, "inventory.yml");
}
std::string host_key_file(const std::string& directory, const std::string& node) {
  return os::join_path(node_directory(directory, node), "ssh_host_ed25519_key");
}
std::string power_file(const std::string& directory, const std::string& node) {
  return os::join_path(node_directory(directory, node), "power");
}

std::string link_name(const std::string& bridge, const std::string& node) {
  return "pl" + crypto::sha256(bridge + "/" + node).substr(0, 10);
}

}  // namespace provisioner::lab

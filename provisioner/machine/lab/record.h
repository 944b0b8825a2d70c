#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/machine/lab/cgroups.h"
#include "provisioner/machine/lab/lab.h"
#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {

// What a lab consists of, durable in its directory before any of it is made.
struct Record {
  std::string directory;
  std::string bridge, gateway;
  std::string base;    // the tree all nodes stand on
  std::string cgroup;  // name of the lab's own group below each hierarchy
  bool has_python = false;
  bool is_cluster = false;
  bool is_going = false;  // down() is at work: a process that starts late must make nothing
  std::vector<Node> nodes;
  std::vector<Machine> machines;
  SiteServices services;  // for the machines

  const Node* find(const std::string& name) const;
  std::string controller() const;  // our address: "10.79.0.1"
  Cgroups cgroups() const;
};

std::optional<Record> read_record(const std::string& directory);
void write_record(const Record& record);

// Files of a lab.
std::string node_directory(const std::string& directory, const std::string& node);
std::string key_file(const std::string& directory);
std::string inventory_file(const std::string& directory);
std::string known_hosts_file(const std::string& directory);
std::string host_key_file(const std::string& directory, const std::string& node);
std::string power_file(const std::string& directory, const std::string& node);
std::string link_name(const std::string& bridge,
                      const std::string& node);  // at most 15 bytes: the kernel's limit

}  // namespace provisioner::lab

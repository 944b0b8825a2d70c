#pragma once

#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/language/inventory/effective_node.h"

namespace provisioner::reimage {

// Who logs in first, as the inventory has it.
struct FirstUser {
  std::string name;               // `ansible_user`
  std::int64_t uid = 0;           // 0 with another name than root: the system chooses
  std::string home = {};               // an absolute path
  std::vector<std::string> keys = {};  // lines of authorized_keys
};

// From the variables `ansible_user`, `users` (the entry of that name) and `operator_keys`. Throws
// Error(input) where nobody could log in.
FirstUser first_user(const std::string& node, const value::Value& ansible_user,
                     const value::Value& users, const value::Value& operator_keys);

// A file of the new system, as the RAM disk's order has it.
struct FirstFile {
  std::string path, mode, content;
};

// What the new system needs until its playbook has run: names of links by MAC, the address of its
// boot network, the first user with keys and sudo. The roles users, sshd and network take over.
std::vector<FirstFile> first_files(const inventory::Node& node, const FirstUser& user);

// The port that boots, and the address that it has meanwhile. Throws Error(input) for a node whose
// inventory says neither.
struct BootPort {
  std::string interface;
  std::vector<std::string> macs;  // its own first, then those of the other ports
  std::string address, gateway;   // the address with its prefix
};
BootPort boot_port(const inventory::Node& node);

}  // namespace provisioner::reimage

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "provisioner/base/base/secret.h"
#include "provisioner/language/inventory/effective_node.h"
#include "provisioner/machine/metal/bmc.h"

namespace provisioner::metal {

// How one BMC is reached.
struct Access {
  std::string address;  // a URL: bmc_address.h
  std::string user = {};
  base::Secret password = {};
  bool verify_certificate = true;
  std::string pinned_key = {};  // "sha256//BASE64"; "": none
  bool boots_uefi = false;
  std::string state_directory;            // for what is kept of each BMC between two commands
  std::function<bool()> is_stopped = {};  // breaks off what is asked: Error(stopped)
};

// The driver that the URL's scheme names; nothing is said to the BMC yet. Throws Error(input).
std::unique_ptr<Bmc> open_bmc(const Access& access);

// What the inventory says of a node's BMC, with the password from its file. Throws Error(input) for
// a node without one, Error(refused) for a password that others can read.
Access access_of(const inventory::Node& node, const std::string& state_directory);

}  // namespace provisioner::metal

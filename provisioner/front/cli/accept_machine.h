#pragma once

#include <string>

#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {

// A machine that no inventory knows, and what it is to be called.
struct AcceptWords {
  std::string mac, name;
  std::string address;  // "10.78.0.121/24": its own while it boots
  std::string images, file;
  bool is_sure = false;
};

// Machines that asked the boot service for an address and are in no inventory. Returns the exit
// status.
int show_unknown(const NodeWords& words, bool is_json);

// Waits until a person has switched the machine on, lets it tell its hardware from the RAM disk,
// and after a yes writes it down as an inventory of one host: on the standard output, or into a new
// file. Throws Error(usage, refused, failed).
int accept_machine(const AcceptWords& words);

}  // namespace provisioner::cli

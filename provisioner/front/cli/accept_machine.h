#pragma once

#include <string>

#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// A machine that no inventory knows, and what it is to be called.
struct AcceptWords {
  RunWords run;  // the inventory that it is to be in
  std::string mac, name;
  std::string address;  // "10.78.0.121/24": its own while it boots
  std::string images, file;
  bool is_sure = false;
};

// Waits until a person has switched the machine on, lets it tell its hardware from the RAM disk,
// and after a yes writes it down as an inventory of one host: on the standard output, or into a new
// file. Only then it is `discovered` under its name: before, and where it comes to nothing, it is
// known by its MAC address alone, and afterwards by its flight recorder alone. Name, MAC, address
// and what else is found must be nobody's in the inventory, and no boot job's; what is written
// must load with the inventory. Returns the exit status. Throws Error.
int accept_machine(const AcceptWords& words);

}  // namespace provisioner::cli

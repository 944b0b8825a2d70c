#pragma once

#include <string>
#include <string_view>

#include "provisioner/base/base/secret.h"

namespace provisioner::deploy {

// What the boot script told this machine by the kernel's command line (docs/bare-metal.md).
struct KernelWords {
  std::string server;   // "http://192.0.2.1:8080"
  base::Secret token;   // of the first report
  std::string mac;      // of the link to use, in lower case
  std::string address;  // "192.0.2.31/24"
  std::string gateway;  // "" where there is none
  bool wants_links = false;  // all of them are to be up: "provisioner.links=all"
  bool listens = false;  // it is to be told what the cables lead to: "provisioner.look=lldp"
};

// Throws Error(input) that names the word which is missing, doubled or wrong; never shows the
// token.
KernelWords kernel_words(std::string_view command_line);

}  // namespace provisioner::deploy

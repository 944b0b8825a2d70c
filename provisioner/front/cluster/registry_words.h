#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cli/run_words.h"
#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {

// What a command about the registry is told.
struct RegistryWords {
  cli::RunWords run;
  std::string instance;
  std::vector<std::string> names;     // images, robots, nodes
  std::vector<std::string> families;  // patterns of tags
  std::string reason, file, pattern, store;
  bool is_json = false, is_again = false, is_lifted = false, is_check = false, is_sure = false;
};

}  // namespace provisioner::cluster

#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cli/registry_site.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// What a command about the registry is told.
struct RegistryWords {
  RunWords run;
  std::string instance;
  std::vector<std::string> names;     // images, robots, nodes
  std::vector<std::string> families;  // patterns of tags
  std::string reason, file, pattern;
  bool is_json = false, is_again = false, is_lifted = false;
};

}  // namespace provisioner::cli

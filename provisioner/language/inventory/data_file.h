#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::inventory {

// How files are opened, and where goes what is wrong with them.
struct FileReading {
  const OpenVault& open_vault;
  base::Diagnostics& diagnostics;
  // Keys that stand twice below a node key: whether that is an error is known only when all is read
  // (node_keys.h).
  std::vector<base::Error>& doubled_node_keys;
};

// A file's text, opened where it lies under a vault. Throws Error(input, failed).
base::SourceId open_file(const std::string& path, const OpenVault& open_vault);

// YAML or JSON as Ansible reads a file of variables: JSON first, which has its own numbers. A key
// that is written twice is a warning. Throws Error(input).
value::Value read_data(base::SourceId source, const FileReading& reading);

}  // namespace provisioner::inventory

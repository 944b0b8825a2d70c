#pragma once

#include <string>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::inventory {

// A file's text, opened where it lies under a vault. Throws Error(input, failed).
base::SourceId open_file(const std::string& path, const OpenVault& open_vault);

// YAML or JSON as Ansible reads a file of variables: JSON first, which has its own numbers. A key
// that is written twice is an error below a typed node key, else a warning. Throws Error(input).
value::Value read_data(base::SourceId source, base::Diagnostics& diagnostics);

}  // namespace provisioner::inventory

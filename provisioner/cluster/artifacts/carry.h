#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact_store.h"

namespace provisioner::artifacts {

// The files that are named, and all below the folders that are. Throws Error(usage) for what is not
// there.
std::vector<std::string> files_below(const std::vector<std::string>& paths);

// Keeps the file, whatever it is called, where its SHA-256 or that of the manifest of the image in
// it is among the wanted, and says which. Throws Error(input) for an image that is not whole.
std::optional<std::string> import_file(const Store& store, const std::string& path,
                                       const std::set<std::string>& wanted);

}  // namespace provisioner::artifacts

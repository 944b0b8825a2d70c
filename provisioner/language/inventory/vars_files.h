#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "provisioner/language/inventory/data_file.h"
#include "provisioner/language/inventory/inventory.h"

namespace provisioner::inventory {

// group_vars/ and host_vars/ of one folder, as Ansible finds and reads them: the first of NAME,
// NAME.yml, NAME.yaml, NAME.json; a folder stands for all its files, sorted, with those of its
// subfolders.
class VarsFolder {
 public:
  enum class Of : std::uint8_t { groups, hosts };

  explicit VarsFolder(std::string directory);

  // One layer a file, weakest first. What is wrong goes to the reading's diagnostics.
  std::vector<Layer> layers(Of of, const std::string& name, int precedence,
                            const FileReading& reading) const;

  // Files and folders that are for none of these names.
  std::vector<UnusedVariables> unused(Of of, const std::vector<std::string>& names) const;

  const std::string& directory() const { return directory_; }

 private:
  std::vector<std::string> files(Of of, const std::string& name) const;

  std::string directory_;
  std::vector<std::string> group_entries_, host_entries_;  // sorted: most names have no file
};

}  // namespace provisioner::inventory

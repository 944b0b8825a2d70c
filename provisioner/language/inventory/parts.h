#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "provisioner/language/inventory/graph.h"
#include "provisioner/language/inventory/vars_files.h"

namespace provisioner::inventory {

// The files of one group or host, folder by folder, in the order of the sources.
struct VarsFiles {
  std::vector<std::vector<Layer>> inventory;
  std::vector<Layer> playbook;
};

// What an Inventory holds: the settled graph, the files beside it, and what is merged when it is
// first asked for.
struct Inventory::Parts {
  Parts(Graph settled, std::vector<VarsFolder> folders, std::optional<VarsFolder> beside_playbook,
        const FileReading& reading);

  // A change of `before`: files that are known are not read again.
  Parts(Graph settled, const Parts& before);

  std::vector<const Layer*> layers_of(const Host& host) const;  // points into this
  const Host* find(std::string_view name) const;

  Graph graph;
  std::vector<VarsFolder> folders;
  std::optional<VarsFolder> playbook_folder;
  OpenVault open_vault;

  std::vector<Group> groups;
  std::vector<Host> hosts;  // as in the graph, then the implicit local ones
  std::vector<std::string> host_names, group_names;
  std::vector<std::shared_ptr<const VarsFiles>> group_files, host_files;

  struct Merged {
    std::once_flag once;
    value::Dict variables;
  };
  mutable std::vector<Merged> merged_hosts, merged_groups;

 private:
  void describe();
  void read_files(const Parts* before, const FileReading& reading);
  std::shared_ptr<const VarsFiles> files_of(VarsFolder::Of of, const std::string& name,
                                            const FileReading& reading) const;
  std::vector<std::vector<Layer>> assigned_groups_, assigned_hosts_;
  std::vector<Layer> implicit_;
};

}  // namespace provisioner::inventory

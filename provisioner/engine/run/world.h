#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/engine/run/fence.h"
#include "provisioner/engine/run/host_variables.h"
#include "provisioner/engine/run/options.h"
#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"
#include "provisioner/language/playbook/playbook.h"

namespace provisioner::run {

// What holds for one play while it runs: its hosts and the variables it brings.
struct PlayState {
  const playbook::Play* play = nullptr;
  std::vector<std::string> hosts;                 // all that match, in order
  std::vector<std::string> batch;                 // of this serial batch
  std::vector<std::string> removed;               // no longer taking part; may name a host twice
  std::map<std::string, value::Dict> vars_files;  // by host: the names may hold templates
  value::Dict prompted;                           // vars_prompt
  std::vector<std::shared_ptr<const playbook::Role>>
      public_roles;  // static ones, and includes with `public`

  std::vector<std::string> without_removed(const std::vector<std::string>& hosts) const;
};

// Everything the run knows, as the evaluation of templates sees it. Only the run's thread changes
// it.
struct World {
  const Options* options = nullptr;
  std::shared_ptr<const inventory::Inventory> inventory;  // swapped whole by add_host and group_by
  const jinja::Templar* templar = nullptr;
  std::string playbook_directory;
  Fence fence;
  std::vector<std::string> inventory_sources;
  std::map<std::string, HostVariables, std::less<>> hosts;
  PlayState play;

  HostVariables& of(const std::string& host) { return hosts[host]; }
  const HostVariables& of(const std::string& host) const;
};

}  // namespace provisioner::run

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"
#include "provisioner/front/cli/loaded_inventory.h"
#include "provisioner/platform/instance/instance_lock.h"
#include "provisioner/platform/instance/waves.h"

namespace provisioner::cluster {

// One group `instance_NAME` of an inventory. Its values are those of its first control-plane node,
// or of its first node where it has none of those.
struct KnownInstance {
  std::string name;
  std::string platform = {}, site = {}, stage = {}, domain = {}, project = {};  // "": nothing says
  std::vector<std::string> nodes = {};
  std::string first = {};
  base::Pos stage_pos = {};  // where its stage is said

  instance::Staged staged() const { return {name, platform, stage, project}; }
};

// All of them, in the inventory's order. One without nodes is left out. Mistakes of the inventory
// are told on the standard error output; then Error(input).
std::vector<KnownInstance> known_instances(const cli::LoadedInventory& loaded);
// The same of an inventory without mistakes; what it says wrongly of them goes to `diagnostics`.
std::vector<KnownInstance> known_instances(const cli::LoadedInventory& loaded,
                                           base::Diagnostics& diagnostics);

// For whoever goes by the order of stages: of one that there is not all are told on the standard
// error output; then Error(input).
void require_stages(const std::vector<KnownInstance>& all);

// Throws Error(usage) for one that there is not, with the nearest name.
const KnownInstance& instance_named(const std::vector<KnownInstance>& all, const std::string& name);

// A variable that makes an instance what it is: of all hosts, a platform, a site, a stage or the
// instance itself, and not of a node or its role.
struct InstanceValue {
  std::string name;
  value::Value value = {};  // evaluated; why it could not be, as a text, where `is_wrong`
  std::string layer;        // "group site_usdf"
  base::Pos pos;            // of the layer that wins
  bool is_wrong = false;
  bool is_sealed = false;  // it holds what was under a vault: not to be shown
};
std::vector<InstanceValue> values_of(const cli::LoadedInventory& loaded, const KnownInstance& one);

// What an instance is now, by its inventory and by images.lock beside it, as a lock would say it.
instance::InstanceLock versions_now(const cli::LoadedInventory& loaded, const KnownInstance& one);

}  // namespace provisioner::cluster

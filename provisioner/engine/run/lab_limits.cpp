// What a lab lacks.

#include "provisioner/engine/run/lab_limits.h"

namespace provisioner::run {

std::optional<inventory::MissingCapability> lab_limit(const inventory::Inventory& inventory,
                                                      const std::string& host,
                                                      const playbook::Task& task) {
  constexpr std::string_view prefix = "needs_";
  for (const std::string& tag : task.keywords.tags) {
    if (!tag.starts_with(prefix) || inventory.host(host) == nullptr) continue;
    const value::Value* lab = inventory.variables(host).find("lab");
    if (lab == nullptr) return std::nullopt;
    for (inventory::MissingCapability& missing : inventory::missing_capabilities(*lab))
      if (missing.capability == tag.substr(prefix.size())) return std::move(missing);
  }
  return std::nullopt;
}

}  // namespace provisioner::run

// What a lab lacks.

#include "provisioner/engine/run/lab_limits.h"

namespace provisioner::run {

std::optional<Limit> lab_limit(const inventory::Inventory& inventory, const std::string& host,
                               const playbook::Task& task) {
  constexpr std::string_view prefix = "needs_";
  for (const std::string& tag : task.keywords.tags) {
    if (!tag.starts_with(prefix) || inventory.host(host) == nullptr) continue;
    const value::Value* lab = inventory.variables(host).find("lab");
    const value::Value* cannot = lab == nullptr ? nullptr : lab->find("cannot");
    if (cannot == nullptr || !cannot->is_list()) return std::nullopt;
    for (const value::Value& one : cannot->list())
      if (value::text_or(one, "capability", "") == tag.substr(prefix.size()))
        return Limit{tag.substr(prefix.size()), value::text_or(one, "because", "")};
  }
  return std::nullopt;
}

}  // namespace provisioner::run

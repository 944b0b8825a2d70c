#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/language/inventory/inventory.h"
#include "provisioner/language/jinja/templar.h"

namespace provisioner::inventory {

// The variables that the inventory alone gives to a host, as templates in it see them: without
// facts, plays and extra variables. Beside them inventory_hostname, inventory_hostname_short,
// inventory_dir, inventory_file, group_names and groups. Looks at the inventory and the templar;
// one thread.
class HostScope : public jinja::Scope {
 public:
  HostScope(const Inventory& inventory, const jinja::Templar& templar, std::string host);
  HostScope(const HostScope&) = delete;
  HostScope& operator=(const HostScope&) = delete;

  std::optional<value::Value> variable(const std::string& name) override;
  const value::Value* raw(const std::string& name) override;
  std::vector<std::string> names() override;
  std::optional<value::Value> host_variable(const std::string& host,
                                            const std::string& name) override;
  std::vector<std::string> host_names() override { return inventory_.host_names(); }
  std::vector<std::string> host_variable_names(const std::string& host) override;

 private:
  HostScope(HostScope& first, std::string host);
  HostScope& scope_of(const std::string& host);

  const Inventory& inventory_;
  const jinja::Templar& templar_;
  std::string host_;
  value::Dict magic_;
  std::map<std::string, value::Value, std::less<>> resolved_;
  std::set<std::string, std::less<>> resolving_;
  // One scope a host, all held by the first, so that variables of two hosts that need each other
  // are found out.
  HostScope& first_;
  std::map<std::string, std::unique_ptr<HostScope>, std::less<>> others_;
};

}  // namespace provisioner::inventory

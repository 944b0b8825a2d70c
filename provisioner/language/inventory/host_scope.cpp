// A host's variables for templates, from the inventory alone.

#include "provisioner/language/inventory/host_scope.h"

#include <algorithm>

namespace provisioner::inventory {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value texts(const std::vector<std::string>& names) {
  return Value(List(names.begin(), names.end()));
}

Dict magic_variables(const Inventory& inventory, const std::string& name) {
  Dict magic;
  magic.set("inventory_hostname", Value(name));
  magic.set("inventory_hostname_short", Value(name.substr(0, name.find('.'))));
  std::vector<std::string> members;
  if (const Host* host = inventory.host(name)) members = host->groups;
  std::sort(members.begin(), members.end());
  magic.set("group_names", texts(members));
  if (const auto directory = inventory.directory_of(name)) {
    magic.set("inventory_dir", Value(*directory));
    magic.set("inventory_file", Value(inventory.host(name)->source));
  }
  return magic;
}

Value all_groups(const Inventory& inventory) {
  Dict groups;
  for (const std::string& group : inventory.group_names())
    groups.set(group, texts(inventory.hosts_of(group)));
  return Value(std::move(groups));
}

// Takes a name off the list again, whatever happens.
struct Leaving {
  std::set<std::string, std::less<>>& names;
  const std::string& name;
  ~Leaving() { names.erase(name); }
};

}  // namespace

HostScope::HostScope(const Inventory& inventory, const jinja::Templar& templar, std::string host)
    : inventory_(inventory),
      templar_(templar),
      host_(std::move(host)),
      magic_(magic_variables(inventory_, host_)),
      first_(*this) {}

HostScope::HostScope(HostScope& first, std::string host)
    : inventory_(first.inventory_),
      templar_(first.templar_),
      host_(std::move(host)),
      magic_(magic_variables(inventory_, host_)),
      first_(first) {}

HostScope& HostScope::scope_of(const std::string& host) {
  if (host == first_.host_) return first_;
  std::unique_ptr<HostScope>& other = first_.others_[host];
  if (!other) other.reset(new HostScope(first_, host));
  return *other;
}

const Value* HostScope::raw(const std::string& name) {
  if (const Value* magic = magic_.find(name)) return magic;
  if (name == "groups") {
    magic_.set("groups", all_groups(inventory_));
    return magic_.find(name);
  }
  if (inventory_.host(host_) == nullptr) return nullptr;
  return inventory_.variables(host_).find(name);
}

std::optional<Value> HostScope::variable(const std::string& name) {
  if (const auto known = resolved_.find(name); known != resolved_.end()) return known->second;
  const Value* written = raw(name);
  if (written == nullptr) return std::nullopt;
  if (!resolving_.insert(name).second)
    throw base::Error(base::Kind::input, "'" + name + "' is defined by itself", written->pos());
  const Leaving leaving{resolving_, name};
  Value value = templar_.resolve(*written, *this);
  return resolved_.emplace(name, std::move(value)).first->second;
}

std::vector<std::string> HostScope::names() {
  std::vector<std::string> names{"groups"};
  for (const auto& [key, value] : magic_) names.push_back(Dict::key_text(key));
  if (inventory_.host(host_) != nullptr)
    for (const auto& [key, value] : inventory_.variables(host_))
      names.push_back(Dict::key_text(key));
  return names;
}

std::optional<Value> HostScope::host_variable(const std::string& host, const std::string& name) {
  if (inventory_.host(host) == nullptr) return std::nullopt;
  return scope_of(host).variable(name);
}

std::vector<std::string> HostScope::host_variable_names(const std::string& host) {
  return scope_of(host).names();
}

}  // namespace provisioner::inventory

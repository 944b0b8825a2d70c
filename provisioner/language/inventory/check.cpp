// What is odd about an inventory that can be read.

#include "provisioner/language/inventory/check.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/language/inventory/addresses.h"
#include "provisioner/language/inventory/check_node_keys.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/language/inventory/node_values.h"
#include "provisioner/language/inventory/schema.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using value::Value;

class InventoryCheck {
 public:
  InventoryCheck(const Inventory& inventory, const jinja::Templar& templar,
                 base::Diagnostics& diagnostics)
      : inventory_(inventory), templar_(templar), diagnostics_(diagnostics) {}

  void check() {
    warn_about_files();
    warn_about_addresses();
    for (const std::string& host : inventory_.host_names()) check_port(host);
    base::Diagnostics known;  // loading has said it
    if (!declares_schema(inventory_, known)) return warn_about_schema();
    check_keys();
    for (const std::string& host : inventory_.host_names()) {
      warn_about_templates(host);
      warn_about_replaced(host);
    }
    warn_about_replacing();
  }

 private:
  void warn(const std::string& message, base::Pos pos, const std::string& hint = {}) {
    if (!told_.emplace(pos, message).second) return;
    Error warning(Kind::input, message, pos);
    diagnostics_.warn(std::move(warning.set_hint(hint)));
  }

  void warn_about_files() {
    for (const UnusedVariables& file : inventory_.unused_variables()) {
      if (!file.hidden_by.empty()) {
        warn("'" + file.path + "' is not read: '" + file.hidden_by + "' is", {},
             "put both into a folder '" + file.name + "'");
        continue;
      }
      const std::string kind = file.is_of_group ? "group" : "host";
      const auto& names = file.is_of_group ? inventory_.group_names() : inventory_.host_names();
      warn("'" + file.path + "' is not read: there is no " + kind + " '" + file.name + "'", {},
           base::suggestion(file.name, names));
    }
  }

  // "10.21.0.11 port 22" of a host, as far as the inventory says it.
  std::optional<std::string> endpoint(HostScope& scope, const char* name) const {
    try {
      const auto value = scope.variable(name);
      if (!value || value->is_none()) return std::nullopt;
      return value::Dict::key_text(*value);
    } catch (const Error&) {
      return std::nullopt;  // a template that loading or the run will judge
    }
  }

  void warn_about_addresses() {
    std::map<std::string, std::string> owners;
    std::vector<std::string> without;
    for (const std::string& host : inventory_.host_names()) {
      HostScope scope(inventory_, templar_, host);
      if (endpoint(scope, "ansible_connection").value_or("") == "local") continue;
      const auto address = endpoint(scope, "ansible_host");
      if (!address && inventory_.variables(host).find("ansible_host") != nullptr) continue;
      if (!address) {
        if (!read_address(host)) without.push_back(host);
        continue;
      }
      const std::string port = endpoint(scope, "ansible_port").value_or("22");
      const auto [owner, is_new] = owners.try_emplace(*address + " port " + port, host);
      if (!is_new)
        warn(host + ": ansible_host '" + *address + "' is also that of " + owner->second,
             inventory_.variables(host).find("ansible_host")->pos());
    }
    if (owners.empty()) return;
    for (const std::string& host : without)
      warn(host + " has no ansible_host, while other hosts have one", inventory_.host(host)->pos,
           "without it the name itself is looked up");
  }

  // A run would tell it only when it comes to connect.
  void check_port(const std::string& host) {
    HostScope scope(inventory_, templar_, host);
    for (const char* name : {"ansible_port", "ansible_ssh_port"}) {
      const auto text = endpoint(scope, name);
      if (!text) continue;
      int port = 0;
      const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), port);
      if (code == std::errc() && end == text->data() + text->size() && port > 0 && port < 65536)
        continue;
      const base::Pos pos = inventory_.variables(host).find(name)->pos();
      const std::string message = std::string(name) + " '" + *text + "' is no port";
      if (told_.emplace(pos, message).second)
        diagnostics_.add(Error(Kind::input, message, pos).set_hint("a port is 1 to 65535"));
    }
  }

  void warn_about_schema() {
    for (const std::string& host : inventory_.host_names()) {
      const value::Dict& variables = inventory_.variables(host);
      const auto has = [&](const char* key) { return variables.has(key) ? 1 : 0; };
      if (has("bmc") + has("disks") + has("hardware") + has("networks") < 2) continue;
      return warn("keys that describe nodes are not checked in this inventory",
                  inventory_.host(host)->pos,
                  "group 'all' has to declare them: provisioner_schema: 1");
    }
  }

  // With lookups and vaults opened; loading has told the rest.
  void check_keys() {
    base::Diagnostics found;
    check_node_keys(inventory_, templar_, found);
    std::set<std::pair<base::Pos, std::string>> told;
    for (const Error& error : diagnostics_.errors()) told.emplace(error.pos(), error.message());
    for (const Error& error : found.errors())
      if (!told.contains({error.pos(), error.message()})) diagnostics_.add(error);
  }

  void warn_about_templates(const std::string& host) {
    NodeTemplates templates(inventory_, templar_, host);
    for (const Layer& layer : inventory_.layers(host)) {
      for (const Member& key : node_schema()) {
        const Value* value = layer.variables.find(key.name);
        if (value == nullptr) continue;
        try {
          templates.resolve_all(*value);
        } catch (const Error& error) {
          warn("'" + key.name + "' cannot be evaluated: " + error.message(), error.pos(),
               error.hint());
        }
      }
    }
  }

  void warn_about_replaced(const std::string& host) {
    NodeTemplates templates(inventory_, templar_, host);
    const auto resolve = [&](const Value& value) { return templates.resolve(value); };
    const value::Dict merged = merged_node_keys(inventory_, host, resolve);
    for (const auto& [key, value] : merged) {
      const Value* strongest = inventory_.variables(host).find(key);
      if (strongest != nullptr && resolve(*strongest) != value)
        replaced_[{strongest->pos(), value::Dict::key_text(key)}].push_back(host);
    }
  }

  void warn_about_replacing() {
    for (const auto& [where, hosts] : replaced_)
      warn(hosts.front() +
               (hosts.size() > 1 ? " and " + std::to_string(hosts.size() - 1) + " more"
                                 : std::string()) +
               ": several layers set '" + where.second +
               "': they are merged for the machine itself, playbooks see this one alone",
           where.first, "provisioner inventory explain " + hosts.front() + " " + where.second);
  }

  const Inventory& inventory_;
  const jinja::Templar& templar_;
  base::Diagnostics& diagnostics_;
  std::set<std::pair<base::Pos, std::string>> told_;
  std::map<std::pair<base::Pos, std::string>, std::vector<std::string>> replaced_;
};

}  // namespace

void check(const Inventory& inventory, const jinja::Templar& templar,
           base::Diagnostics& diagnostics) {
  InventoryCheck(inventory, templar, diagnostics).check();
}

}  // namespace provisioner::inventory

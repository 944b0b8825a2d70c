// Instances as commands would find them, before anybody asks for such a command.

#include "provisioner/front/platform/instance_mistakes.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/ends_all.h"
#include "provisioner/front/cli/instance_variables.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/role_variables.h"
#include "provisioner/front/cluster/cluster_admission.h"
#include "provisioner/front/cluster/instance_lock_file.h"
#include "provisioner/front/cluster/instance_needs.h"
#include "provisioner/front/cluster/known_instances.h"
#include "provisioner/front/cluster/registry_site.h"
#include "provisioner/front/platform/gates_site.h"
#include "provisioner/front/platform/handoff_instance.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/platform/instance/waves.h"

namespace provisioner::platform {
namespace {

using base::Diagnostics;
using base::Error;
using cli::NamedNode;
using cluster::KnownInstance;

std::vector<std::string> asked_variables() {
  std::vector<std::string> asked = cli::site_variables();
  for (const auto& more : {gates_variables(), handoff_variables()})
    asked.insert(asked.end(), more.begin(), more.end());
  std::ranges::sort(asked);
  asked.erase(std::ranges::unique(asked).begin(), asked.end());
  return asked;
}

// Nodes and instances have layers in common, and commands look at one variable for different
// reasons: of one place the first that has something to say says all of it.
class Findings {
 public:
  Findings(const inventory::Inventory& inventory, Diagnostics& all)
      : inventory_(inventory), all_(all) {
    for (const Error& error : all.errors()) told_.insert(error.pos());
  }

  void take(const Diagnostics& part, const std::string& instance) {
    std::set<base::Pos> now;
    std::set<std::pair<base::Pos, std::string>> same;
    for (const Error& error : part.errors()) {
      if (!error.pos().is_known()) {
        add_without_place(error, instance);
      } else if (!told_.contains(error.pos())) {
        now.insert(error.pos());
        if (same.emplace(error.pos(), without_node(error.message())).second) all_.add(error);
      }
    }
    told_.merge(now);
    for (const Error& warning : part.warnings())
      if (warned_.emplace(warning.pos(), warning.message()).second) all_.warn(warning);
  }

 private:
  // "n01: ..." or "node 'n01': ..." is the same of n02, where a group says it of both.
  std::string without_node(const std::string& message) const {
    const std::size_t colon = message.find(": ");
    if (colon == std::string::npos) return message;
    std::string name = message.substr(0, colon);
    constexpr std::string_view before = "node '";
    if (name.starts_with(before))
      name = name.substr(before.size(), name.rfind('\'') - before.size());
    return inventory_.host(name) != nullptr ? message.substr(colon) : message;
  }

  // Of a variable that is missing there is no place; it is told whose it is.
  void add_without_place(const Error& error, const std::string& instance) {
    if (!placeless_.emplace(instance, error.message()).second) return;
    Error whose = error;
    if (!instance.empty()) whose.add_context("while checking instance '" + instance + "'");
    all_.add(std::move(whose));
  }

  const inventory::Inventory& inventory_;
  Diagnostics& all_;
  std::set<base::Pos> told_;
  std::set<std::pair<base::Pos, std::string>> warned_;
  std::set<std::pair<std::string, std::string>> placeless_;
};

class InstanceCheck {
 public:
  InstanceCheck(const std::shared_ptr<cli::LoadedInventory>& loaded, Diagnostics& diagnostics)
      : loaded_(loaded),
        roles_(loaded),
        findings_(loaded->inventory(), diagnostics),
        asked_(asked_variables()) {}

  std::size_t check() {
    Diagnostics found;
    const std::vector<KnownInstance> all = cluster::known_instances(*loaded_, found);
    for (const KnownInstance& one : all) instance::check_stage(one.stage, one.stage_pos, found);
    findings_.take(found, "");
    find_registries();
    std::size_t checked = 0;
    for (const KnownInstance& one : all) {
      if (is_replaced(one, all) || !is_cluster(one)) continue;
      check_one(one);
      ++checked;
    }
    return checked;
  }

 private:
  // Whether nothing was found.
  bool look(Diagnostics& found, const std::string& instance, const std::function<void()>& body) {
    try {
      body();
    } catch (const Error& error) {
      if (cli::ends_all(error)) throw;
      value::add_once(found, error);
    }
    findings_.take(found, instance);
    return !found.has_errors();
  }
  bool look(const KnownInstance& one, const std::function<void(Diagnostics& found)>& body) {
    Diagnostics found;
    return look(found, one.name, [&] { body(found); });
  }

  void check_one(const KnownInstance& one) {
    std::vector<NamedNode> nodes;
    const auto evaluate = [&](Diagnostics& found) { nodes = evaluated(one, found); };
    if (!look(one, evaluate)) return;  // what lacks by that is no other mistake
    look(one, [&](Diagnostics&) { cluster::lock_file(*loaded_, one.name); });
    cli::ClusterSite site;
    const bool is_sound =
        look(one, [&](Diagnostics& found) { site = cli::site_of(one.name, nodes, found); });
    findings_.take(site.mistakes(), one.name);
    if (site.wish.control.empty()) return;
    if (is_sound) look(one, [&](Diagnostics& found) { cluster::check_needs(site, roles_, found); });
    if (are_registries_known_)
      look(one,
           [&](Diagnostics& found) { cluster::check_admission(site, nodes, registries_, found); });
    look(one, [&](Diagnostics& found) { gates_site_of(site, nodes, found); });
    look(one, [&](Diagnostics& found) { check_handoff(site, nodes, found); });
  }

  void find_registries() {
    for (const std::string& host : loaded_->inventory().hosts_of("registry")) {
      Diagnostics found;
      const auto read = [&] {
        const NamedNode node = evaluated(host, cluster::registry_variables(), found);
        if (!found.has_errors()) registries_.merge(cluster::reading_names_of(node));
      };
      are_registries_known_ = look(found, "", read) && are_registries_known_;
    }
  }

  // A layer above may have made its nodes another instance's, as a lab does.
  bool is_replaced(const KnownInstance& one, const std::vector<KnownInstance>& all) const {
    inventory::HostScope scope(loaded_->inventory(), loaded_->templar(), one.first);
    try {
      const auto name = scope.variable("instance_name");
      return name && name->is_string() && name->text() != one.name &&
             std::ranges::find(all, name->text(), &KnownInstance::name) != all.end();
    } catch (const Error& error) {
      if (cli::ends_all(error)) throw;
      return false;  // told with the rest of it
    }
  }

  // Machines that belong together, and that nobody has given a part in a cluster yet, are none.
  bool is_cluster(const KnownInstance& one) const {
    return std::ranges::any_of(one.nodes, [&](const std::string& node) {
      const std::vector<std::string>& groups = loaded_->inventory().host(node)->groups;
      return std::ranges::find(groups, "control") != groups.end() ||
             std::ranges::find(groups, "worker") != groups.end();
    });
  }

  NamedNode evaluated(const std::string& name, const std::vector<std::string>& asked,
                      Diagnostics& found) {
    NamedNode node{.name = name, .inventory = {loaded_, &loaded_->inventory()}};
    inventory::HostScope scope(loaded_->inventory(), loaded_->templar(), name);
    for (const std::string& variable : asked) {
      try {
        if (const auto its = scope.variable(variable)) node.variables.set(variable, *its);
      } catch (const Error& error) {
        if (cli::ends_all(error)) throw;
        value::add_once(found, error);
      }
    }
    cli::set_known(scope, cli::checked_variables(), node.variables);
    return node;
  }

  std::vector<NamedNode> evaluated(const KnownInstance& one, Diagnostics& found) {
    std::vector<NamedNode> nodes;
    for (const std::string& name : one.nodes) nodes.push_back(evaluated(name, asked_, found));
    return nodes;
  }

  const std::shared_ptr<cli::LoadedInventory> loaded_;
  cli::RoleVariables roles_;
  Findings findings_;
  const std::vector<std::string> asked_;
  std::set<std::string> registries_;  // names that those of the inventory are read by
  bool are_registries_known_ = true;  // all of them
};

}  // namespace

std::size_t instance_mistakes(const std::shared_ptr<cli::LoadedInventory>& loaded,
                              Diagnostics& diagnostics) {
  return InstanceCheck(loaded, diagnostics).check();
}

}  // namespace provisioner::platform

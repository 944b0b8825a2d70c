// Instances as an inventory has them.

#include "provisioner/front/cluster/known_instances.h"

#include <algorithm>
#include <array>
#include <iostream>

#include "provisioner/base/os/files.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cli/instance_around.h"
#include "provisioner/front/cli/instance_names.h"
#include "provisioner/front/cluster/beside_instance.h"
#include "provisioner/language/inventory/host_scope.h"
#include "provisioner/platform/profile/releases.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using inventory::HostScope;
using inventory::Inventory;
using value::Dict;
using value::Value;

constexpr std::array<std::string_view, 4> prefixes = {"platform_", "site_", "stage_", "instance_"};

// These variables of a host; one that cannot be evaluated is a mistake.
Value evaluated_all(HostScope& scope, const std::vector<std::string>& names,
                    base::Diagnostics& diagnostics) {
  Dict variables;
  for (const std::string& name : names) {
    try {
      if (const auto found = scope.variable(name)) variables.set(name, *found);
    } catch (const Error& error) {
      value::add_once(diagnostics, error);
    }
  }
  return variables;
}

std::string first_of(const Inventory& inventory, const std::vector<std::string>& nodes) {
  const std::vector<std::string> control = inventory.hosts_of("control");
  const auto found = std::ranges::find_if(nodes, [&](const std::string& node) {
    return std::ranges::find(control, node) != control.end();
  });
  return found == nodes.end() ? nodes.front() : *found;
}

void require_none(const base::Diagnostics& diagnostics) {
  if (!diagnostics.has_errors()) return;
  std::cerr << diagnostics.render(" in the inventory") << "\n";
  throw Error(Kind::input, "the inventory has mistakes");
}

void add_texts(value::StrictDict dict, const std::string& before,
               std::map<std::string, std::string>& texts) {
  for (const auto& [key, unused] : dict.value().dict()) {
    const std::string name = Dict::key_text(key);
    if (std::string text = dict.text(name); !text.empty()) texts[before + name] = std::move(text);
  }
}

// What a platform is deployed of, as the bundle says it (platform/handoff).
void add_platform(value::StrictDict& said, instance::InstanceLock& lock) {
  const auto add = [](std::map<std::string, std::string>& to, const std::string& name,
                      std::string text) {
    if (!text.empty()) to[name] = std::move(text);
  };
  value::StrictDict gen3 = said.below("gen3"), phalanx = said.below("phalanx");
  if (!gen3.value().dict().is_empty()) {
    add(lock.charts, "gen3", gen3.text("chart", profile::standard_gen3_chart));
    add(lock.releases, "gen3", gen3.text("release"));
    add_texts(gen3.below("tags"), "gen3/", lock.releases);
  }
  if (!phalanx.value().dict().is_empty())
    add(lock.releases, "phalanx", phalanx.text("revision", profile::standard_phalanx));
}

bool holds_sealed(const Value& value) {
  if (value.is_sealed()) return true;
  if (value.is_list()) return std::ranges::any_of(value.list(), holds_sealed);
  return value.is_dict() && std::ranges::any_of(value.dict(), [](const Dict::Entry& entry) {
           return holds_sealed(entry.value);
         });
}

bool is_of_instance(const inventory::Layer& layer) {
  return std::ranges::any_of(
      prefixes, [&](std::string_view prefix) { return layer.group.starts_with(prefix); });
}

InstanceValue evaluated(HostScope& scope, const std::string& name, const Value& written,
                        const std::string& layer) {
  InstanceValue one{
      .name = name, .layer = layer, .pos = written.pos(), .is_sealed = holds_sealed(written)};
  try {
    one.value = scope.variable(name).value_or(Value());
  } catch (const Error& error) {
    one.value = error.message();
    one.is_wrong = true;
  }
  return one;
}

void add_images(const std::string& path, instance::InstanceLock& lock) {
  for (const registry::VettedImage& image : registry::read_images_lock(path).images)
    lock.images[image.name + (image.tag.empty() ? "" : ":" + image.tag)] = image.sha256;
}

}  // namespace

std::vector<KnownInstance> known_instances(const cli::LoadedInventory& loaded,
                                           base::Diagnostics& diagnostics) {
  const Inventory& inventory = loaded.inventory();
  std::vector<KnownInstance> all;
  for (const std::string& name : cli::instance_names(inventory)) {
    KnownInstance one{.name = name, .nodes = inventory.hosts_of(cli::instance_group(name))};
    one.first = first_of(inventory, one.nodes);
    HostScope scope(inventory, loaded.templar(), one.first);
    const Value variables = evaluated_all(
        scope, {"platform", "site_name", "stage_name", "instance_domain", "commons"}, diagnostics);
    value::StrictDict said(&variables, "", variables, diagnostics);
    one.platform = said.text("platform", "plain");  // as profiles have it
    one.site = said.text("site_name", cli::named_by_group(inventory, one.first, "site_"));
    said.text("stage_name");  // another form is a mistake
    const cli::SaidStage stage = cli::stage_of(&inventory, one.first, said.find("stage_name"));
    one.stage = stage.name;
    one.stage_pos = stage.pos;
    one.domain = said.text("instance_domain");
    one.project = said.text("commons");
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<KnownInstance> known_instances(const cli::LoadedInventory& loaded) {
  require_none(loaded.diagnostics());
  base::Diagnostics diagnostics;
  std::vector<KnownInstance> all = known_instances(loaded, diagnostics);
  require_none(diagnostics);
  return all;
}

void require_stages(const std::vector<KnownInstance>& all) {
  base::Diagnostics diagnostics;
  for (const KnownInstance& one : all) instance::check_stage(one.stage, one.stage_pos, diagnostics);
  require_none(diagnostics);
}

const KnownInstance& instance_named(const std::vector<KnownInstance>& all,
                                    const std::string& name) {
  const auto found = std::ranges::find(all, name, &KnownInstance::name);
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const KnownInstance& one : all) names.push_back(one.name);
  throw cli::unknown_instance(name, names);
}

std::vector<InstanceValue> values_of(const cli::LoadedInventory& loaded, const KnownInstance& one) {
  HostScope scope(loaded.inventory(), loaded.templar(), one.first);
  const std::vector<inventory::Layer> layers = loaded.inventory().layers(one.first);
  std::vector<InstanceValue> values;
  std::vector<std::string> seen;
  // The strongest layer is the last one that sets it: where that is a node's or its role's, it is
  // no value of the instance.
  for (const inventory::Layer& layer : layers)
    for (const auto& [key, unused] : layer.variables) {
      const std::string name = Dict::key_text(key);
      if (name == "ansible_group_priority" || std::ranges::find(seen, name) != seen.end()) continue;
      seen.push_back(name);
      const auto winner = std::find_if(layers.rbegin(), layers.rend(), [&](const auto& other) {
        return other.variables.has(name);
      });
      if (is_of_instance(*winner))
        values.push_back(evaluated(scope, name, *winner->variables.find(name), winner->name));
    }
  return values;
}

instance::InstanceLock versions_now(const cli::LoadedInventory& loaded, const KnownInstance& one) {
  HostScope scope(loaded.inventory(), loaded.templar(), one.first);
  base::Diagnostics diagnostics;
  const Value variables = evaluated_all(
      scope, {"kubernetes_version", "deploy", "charts", "images_lock", "gen3", "phalanx"},
      diagnostics);
  value::StrictDict said(&variables, "", variables, diagnostics);
  instance::InstanceLock lock{.from = one.name, .gates = {}};
  lock.kubernetes_version = said.text("kubernetes_version");
  lock.os_image = said.below("deploy").text("image");
  add_texts(said.below("charts"), "", lock.charts);
  add_platform(said, lock);
  const std::string images = said.text("images_lock");
  require_none(diagnostics);
  add_images(beside_instances(loaded, {one.name}, images.empty() ? "images.lock" : images), lock);
  return lock;
}

}  // namespace provisioner::cluster

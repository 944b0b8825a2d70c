// Instances as an inventory has them.

#include "provisioner/front/cluster/known_instances.h"

#include <algorithm>
#include <array>
#include <iostream>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cluster/beside_instance.h"
#include "provisioner/language/inventory/host_scope.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using inventory::HostScope;
using inventory::Inventory;
using value::Dict;
using value::Value;

constexpr std::string_view group_prefix = "instance_";
constexpr std::array<std::string_view, 4> prefixes = {"platform_", "site_", "stage_", "instance_"};

// A text of the host, by the variable, or by the group that is named after it: "site_usdf".
std::string text_in(HostScope& scope, const std::string& variable) {
  const auto found = scope.variable(variable);
  return found && !found->is_none() && !found->is_dict() && !found->is_list()
             ? Dict::key_text(*found)
             : "";
}

std::string by_group(const Inventory& inventory, const std::string& host, std::string_view prefix) {
  for (const std::string& group : inventory.host(host)->groups)
    if (group.starts_with(prefix)) return group.substr(prefix.size());
  return {};
}

std::string first_of(const Inventory& inventory, const std::vector<std::string>& nodes) {
  const std::vector<std::string> control = inventory.group("control") == nullptr
                                               ? std::vector<std::string>{}
                                               : inventory.hosts_of("control");
  const auto found = std::ranges::find_if(nodes, [&](const std::string& node) {
    return std::ranges::find(control, node) != control.end();
  });
  return found == nodes.end() ? nodes.front() : *found;
}

bool holds_sealed(const Value& value) {
  if (value.is_sealed()) return true;
  if (value.is_list()) return std::ranges::any_of(value.list(), holds_sealed);
  return value.is_dict() && std::ranges::any_of(value.dict(), [](const Dict::Entry& entry) {
           return holds_sealed(entry.value);
         });
}

// Which group a layer is of: "group_vars/site_usdf.yml", "group site_usdf in sites/usdf.yml".
bool is_of_instance(const inventory::Layer& layer) {
  if (layer.is_of_host) return false;
  const auto has = [&](std::string_view prefix) {
    for (const char* before : {"/", " "})
      if (layer.name.find(before + std::string(prefix)) != std::string::npos) return true;
    return layer.name.starts_with(prefix);
  };
  return std::ranges::any_of(prefixes, has);
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

std::vector<KnownInstance> known_instances(const cli::LoadedInventory& loaded) {
  if (loaded.diagnostics().has_errors()) {
    std::cerr << loaded.diagnostics().render(" in the inventory") << "\n";
    throw Error(Kind::input, "the inventory has mistakes");
  }
  const Inventory& inventory = loaded.inventory();
  std::vector<KnownInstance> all;
  for (const std::string& group : inventory.group_names()) {
    if (!group.starts_with(group_prefix)) continue;
    KnownInstance one{.name = group.substr(group_prefix.size()),
                      .nodes = inventory.hosts_of(group)};
    if (one.nodes.empty()) continue;
    one.first = first_of(inventory, one.nodes);
    HostScope scope(inventory, loaded.templar(), one.first);
    const auto said = [&](const char* variable, std::string_view prefix) {
      std::string text = text_in(scope, variable);
      return text.empty() ? by_group(inventory, one.first, prefix) : text;
    };
    one.platform = said("platform", "platform_");
    one.site = said("site_name", "site_");
    one.stage = said("stage_name", "stage_");
    one.domain = text_in(scope, "instance_domain");
    one.project = text_in(scope, "commons");
    all.push_back(std::move(one));
  }
  return all;
}

const KnownInstance& instance_named(const std::vector<KnownInstance>& all,
                                    const std::string& name) {
  const auto found = std::ranges::find(all, name, &KnownInstance::name);
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const KnownInstance& one : all) names.push_back(one.name);
  const std::string near = base::suggestion(name, names);
  throw Error(Kind::usage, "there is no instance '" + name + "' in the inventory")
      .set_hint(near.empty() ? "there are " + base::join(names, ", ") : near);
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
  instance::InstanceLock lock{.from = one.name, .gates = {}};
  lock.kubernetes_version = text_in(scope, "kubernetes_version");
  if (const auto deploy = scope.variable("deploy"))
    lock.os_image = value::text_or(*deploy, "image", "");
  if (const auto charts = scope.variable("charts"); charts && charts->is_dict())
    for (const auto& [name, version] : charts->dict())
      lock.charts[Dict::key_text(name)] = Dict::key_text(version);
  const std::string images = text_in(scope, "images_lock");
  add_images(beside_instances(loaded, {one.name}, images.empty() ? "images.lock" : images), lock);
  return lock;
}

std::string lock_path(const cli::LoadedInventory& loaded, const std::string& name) {
  return beside_instances(loaded, {name}, "instances/" + name + ".lock");
}

std::string lock_path(const cli::RunWords& words, const std::string& name) {
  return lock_path(cli::LoadedInventory(words), name);
}

std::string lock_digest(const std::string& path) {
  const auto text = path.empty() ? std::nullopt : os::read_file(path);
  return text ? crypto::sha256(*text) : "";
}

}  // namespace provisioner::cluster

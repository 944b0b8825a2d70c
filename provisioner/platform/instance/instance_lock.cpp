// The lock of an instance, and what departs from it.

#include "provisioner/platform/instance/instance_lock.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/base/value/write_yaml.h"

namespace provisioner::instance {
namespace {

using value::Dict;
using value::StrictDict;
using value::Value;

constexpr const char* heading =
    "# Written by `provisioner instance promote`: what was proved elsewhere, and holds here.\n";

Dict dict_of(const std::map<std::string, std::string>& entries) {
  Dict dict;
  for (const auto& [name, text] : entries) dict.set(name, text);
  return dict;
}

std::map<std::string, std::string> entries_in(StrictDict dict) {
  std::map<std::string, std::string> entries;
  for (const auto& [key, unused] : dict.value().dict()) {
    const std::string name = Dict::key_text(key);
    if (std::string text = dict.required(name, "TEXT"); !text.empty())
      entries[name] = std::move(text);
  }
  return entries;
}

void check_images(StrictDict images) {
  static const base::Regex digest("[0-9a-f]{64}");
  for (const auto& [name, sha256] : entries_in(images)) {
    const auto found = digest.match_start(sha256);
    if (!found || found->end() != sha256.size())
      images.add("'" + sha256 + "' is no SHA-256 of '" + name + "'", name);
  }
}

// What a lock says for another is no promise that was made here.
void check_owner(StrictDict& lock, const LockOwner& said, const LockOwner& reader) {
  if (!said.instance.empty() && said.instance != reader.instance)
    lock.add("this lock is of the instance '" + said.instance + "', and not of '" +
                 reader.instance + "'",
             "instance", "each has its own: provisioner instance promote FROM " + reader.instance);
  else if (!said.inventory.empty() && said.inventory != reader.inventory)
    lock.add("this lock is of the inventory '" + said.inventory + "', and not of '" +
                 reader.inventory + "'",
             "inventory",
             "two inventories in one folder cannot both have an instance '" + reader.instance +
                 "': give one a folder of its own, or another name; was the inventory renamed, say "
                 "so here");
}

void compare(const std::string& what, const std::string& locked, const std::string& actual,
             std::vector<std::string>& found) {
  if (locked.empty() || locked == actual) return;
  found.push_back(what + " is " + (actual.empty() ? "not said" : actual) + ", locked is " + locked);
}

// All that the lock names.
void compare_all(const std::string& what, const std::map<std::string, std::string>& locked,
                 const std::map<std::string, std::string>& actual,
                 std::vector<std::string>& found) {
  for (const auto& [name, version] : locked) {
    const auto its = actual.find(name);
    compare(what + " '" + name + "'", version, its == actual.end() ? "" : its->second, found);
  }
}

}  // namespace

Value versions_of(const InstanceLock& lock) {
  Dict versions;
  if (!lock.kubernetes_version.empty()) versions.set("kubernetes_version", lock.kubernetes_version);
  if (!lock.os_image.empty()) versions.set("os_image", lock.os_image);
  if (!lock.charts.empty()) versions.set("charts", dict_of(lock.charts));
  if (!lock.releases.empty()) versions.set("releases", dict_of(lock.releases));
  if (!lock.images.empty()) versions.set("images", dict_of(lock.images));
  return versions;
}

std::string text_of(const InstanceLock& lock) {
  Dict all;
  if (!lock.of.instance.empty()) all.set("instance", lock.of.instance);
  if (!lock.of.inventory.empty()) all.set("inventory", lock.of.inventory);
  all.set("from", lock.from);
  all.set("gates", lock.gates);
  const Value versions = versions_of(lock);
  for (const auto& [key, said] : versions.dict()) all.set(key, said);
  return heading + value::write_yaml(Value(std::move(all)), {.is_block = true, .sort_keys = false});
}

InstanceLock read_lock(base::SourceId source, const LockOwner& reader) {
  base::Diagnostics diagnostics;
  const Value said = value::read_yaml(source, diagnostics).at({source, 1, 1});
  StrictDict lock(&said, "", said, diagnostics);
  lock.know({"instance", "inventory", "from", "gates", "kubernetes_version", "os_image", "charts",
             "releases", "images"});
  InstanceLock read{.of = {.instance = lock.text("instance"), .inventory = lock.text("inventory")},
                    .from = lock.text("from"),
                    .gates = lock.text("gates"),
                    .kubernetes_version = lock.text("kubernetes_version"),
                    .os_image = lock.text("os_image"),
                    .charts = entries_in(lock.below("charts")),
                    .releases = entries_in(lock.below("releases")),
                    .images = entries_in(lock.below("images"))};
  if (!lock.is_wrong() && !lock.is_said("from"))
    lock.add("the lock names nobody that it is 'from'", "from");
  check_images(lock.below("images"));
  check_owner(lock, read.of, reader);
  diagnostics.throw_if_any();
  return read;
}

std::vector<std::string> departures(const InstanceLock& lock, const InstanceLock& actual) {
  std::vector<std::string> found;
  compare("kubernetes_version", lock.kubernetes_version, actual.kubernetes_version, found);
  compare("the OS image", lock.os_image, actual.os_image, found);
  compare_all("the chart", lock.charts, actual.charts, found);
  compare_all("the release", lock.releases, actual.releases, found);
  for (const auto& [name, sha256] : lock.images)
    if (const auto its = actual.images.find(name); its != actual.images.end())
      compare("the image '" + name + "'", sha256, its->second, found);
  return found;
}

}  // namespace provisioner::instance

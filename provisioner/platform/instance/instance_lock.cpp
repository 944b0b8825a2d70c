// The lock of an instance, and what departs from it.

#include "provisioner/platform/instance/instance_lock.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/value/known_keys.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/base/value/write_yaml.h"

namespace provisioner::instance {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr const char* heading =
    "# Written by `provisioner instance promote`: what was proved elsewhere, and holds here.\n";

Dict dict_of(const std::map<std::string, std::string>& entries) {
  Dict dict;
  for (const auto& [name, text] : entries) dict.set(name, text);
  return dict;
}

std::map<std::string, std::string> entries_in(const Value& lock, const char* key) {
  std::map<std::string, std::string> entries;
  const Value* found = lock.find(key);
  if (found == nullptr) return entries;
  if (!found->is_dict()) throw Error(Kind::input, "names with texts are expected", found->pos());
  for (const auto& [name, text] : found->dict()) {
    if (!text.is_string()) throw Error(Kind::input, "a text is expected", text.pos());
    entries[Dict::key_text(name)] = text.text();
  }
  return entries;
}

void check_images(const Value& lock, const std::map<std::string, std::string>& images) {
  static const base::Regex digest("[0-9a-f]{64}");
  for (const auto& [name, sha256] : images) {
    const auto found = digest.match_start(sha256);
    if (!found || found->end() != sha256.size())
      throw Error(Kind::input, "'" + sha256 + "' is no SHA-256 of '" + name + "'",
                  lock.find("images")->pos());
  }
}

void compare(const std::string& what, const std::string& locked, const std::string& actual,
             std::vector<std::string>& found) {
  if (locked.empty() || locked == actual) return;
  found.push_back(what + " is " + (actual.empty() ? "not said" : actual) + ", locked is " + locked);
}

}  // namespace

Value versions_of(const InstanceLock& lock) {
  Dict versions;
  if (!lock.kubernetes_version.empty()) versions.set("kubernetes_version", lock.kubernetes_version);
  if (!lock.os_image.empty()) versions.set("os_image", lock.os_image);
  if (!lock.charts.empty()) versions.set("charts", dict_of(lock.charts));
  if (!lock.images.empty()) versions.set("images", dict_of(lock.images));
  return versions;
}

std::string text_of(const InstanceLock& lock) {
  Dict all{{"from", lock.from}, {"gates", lock.gates}};
  const Value versions = versions_of(lock);
  for (const auto& [key, said] : versions.dict()) all.set(key, said);
  return heading + value::write_yaml(Value(std::move(all)), {.is_block = true, .sort_keys = false});
}

InstanceLock read_lock(base::SourceId source) {
  static const std::vector<std::string> keys = {"from",     "gates",  "kubernetes_version",
                                                "os_image", "charts", "images"};
  base::Diagnostics diagnostics;
  const Value lock = value::read_yaml(source, diagnostics);
  value::check_keys(lock, keys, diagnostics);
  diagnostics.throw_if_any();
  InstanceLock read{.from = value::text_or(lock, "from", ""),
                    .gates = value::text_or(lock, "gates", ""),
                    .kubernetes_version = value::text_or(lock, "kubernetes_version", ""),
                    .os_image = value::text_or(lock, "os_image", ""),
                    .charts = entries_in(lock, "charts"),
                    .images = entries_in(lock, "images")};
  if (read.from.empty())
    throw Error(Kind::input, "the lock names nobody that it is 'from'", lock.pos());
  check_images(lock, read.images);
  return read;
}

std::vector<std::string> departures(const InstanceLock& lock, const InstanceLock& actual) {
  std::vector<std::string> found;
  compare("kubernetes_version", lock.kubernetes_version, actual.kubernetes_version, found);
  compare("the OS image", lock.os_image, actual.os_image, found);
  for (const auto& [name, version] : lock.charts) {
    const auto its = actual.charts.find(name);
    compare("the chart '" + name + "'", version, its == actual.charts.end() ? "" : its->second,
            found);
  }
  for (const auto& [name, sha256] : lock.images)
    if (const auto its = actual.images.find(name); its != actual.images.end())
      compare("the image '" + name + "'", sha256, its->second, found);
  return found;
}

}  // namespace provisioner::instance

// Whether an inventory's storage classes can be.

#include "provisioner/platform/profile/storage_classes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/known_keys.h"

namespace provisioner::profile {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using value::Value;

const std::vector<std::string> keys = {"name",       "kind",   "default",       "path",
                                       "parameters", "server", "mount_options", "reclaim"};
const std::vector<std::string> kinds = {"local_path", "local", "nfs", "nfs_csi", "gpfs_csi"};

bool is_object_name(const std::string& name) {
  static const base::Regex form(R"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)");
  const auto found = form.match_start(name);
  return found && found->end() == name.size();
}

void add(Diagnostics& diagnostics, const std::string& message, const Value& place,
         const std::string& hint = {}) {
  diagnostics.add(Error(Kind::input, message, place.pos()).set_hint(hint));
}

void check_kind(const Value& one, const std::string& name, Diagnostics& diagnostics) {
  const Value* kind = one.find("kind");
  if (kind == nullptr)
    return add(diagnostics, "the storage class '" + name + "' has no kind", one,
               "one of: " + base::join(kinds, ", "));
  const std::string word = value::Dict::key_text(*kind);
  if (std::ranges::find(kinds, word) != kinds.end()) return;
  const std::string near = base::suggestion(word, kinds);
  add(diagnostics, "there is no kind of storage '" + word + "'", *kind,
      near.empty() ? "one of: " + base::join(kinds, ", ") : near);
}

std::string name_in(const Value& one, Diagnostics& diagnostics) {
  const Value* name = one.find("name");
  if (name == nullptr || !name->is_string()) {
    add(diagnostics, "a storage class has no name", one);
    return {};
  }
  if (!is_object_name(name->text()))
    add(diagnostics, "'" + name->text() + "' cannot be the name of a storage class", *name,
        "lower-case letters, digits, '-' and '.', a letter or digit at both ends");
  return name->text();
}

bool is_default(const Value& one, Diagnostics& diagnostics) {
  const Value* said = one.find("default");
  if (said == nullptr) return false;
  if (said->is_boolean()) return said->boolean();
  add(diagnostics, "'default' is true or false", *said);
  return false;
}

}  // namespace

void check_storage_classes(const Value& classes, Diagnostics& diagnostics) {
  if (!classes.is_list())
    return add(diagnostics, "'storage_classes' is a list", classes,
               "- {name: local-path, kind: local_path, default: true}");
  std::vector<std::string> names, defaults;
  for (const Value& one : classes.list()) {
    if (!value::check_keys(one, keys, diagnostics)) continue;
    const std::string name = name_in(one, diagnostics);
    if (!name.empty() && std::ranges::find(names, name) != names.end())
      add(diagnostics, "there are two storage classes '" + name + "'", one);
    names.push_back(name);
    check_kind(one, name, diagnostics);
    if (is_default(one, diagnostics)) defaults.push_back(name);
  }
  if (defaults.size() == 1) return;
  add(diagnostics,
      defaults.empty()
          ? "none of the storage classes is the default"
          : "there may be one default storage class, found " + base::join(defaults, ", "),
      classes,
      defaults.empty() ? "a claim that names no class would wait for ever: default: true at one"
                       : "which one serves a claim that names none would be chance");
}

}  // namespace provisioner::profile

// Whether an inventory's storage classes can be.

#include "provisioner/platform/profile/storage_classes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/platform/profile/object_name.h"

namespace provisioner::profile {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;
using value::Form;
using value::StrictDict;
using value::Value;

const std::vector<std::string> keys = {"name",       "kind",   "default",       "path",
                                       "parameters", "server", "mount_options", "reclaim"};
const std::vector<std::string> kinds = {"local_path", "local", "nfs", "nfs_csi", "gpfs_csi"};

void check_kind(StrictDict& one, const std::string& name) {
  if (!one.is_said("kind"))
    return one.add("the storage class '" + name + "' has no kind", "kind",
                   "one of: " + base::join(kinds, ", "));
  const std::string word = one.text("kind", kinds.front());
  if (std::ranges::find(kinds, word) == kinds.end())
    one.add_unknown("there is no kind of storage '" + word + "'", word, *one.find("kind"), kinds);
}

std::string name_in(StrictDict& one) {
  const std::string name = one.text("name");
  if (!one.is_said("name")) one.add("a storage class has no name", "name");
  if (!name.empty()) check_object_name(one, "name", name);
  return name;
}

void check_rest(StrictDict& one) {
  one.has("path", Form::text);
  one.has("server", Form::text);
  one.has("mount_options", Form::texts);
  one.has("parameters", Form::dict);
  const std::string reclaim = one.text("reclaim", "Retain");
  if (reclaim != "Retain" && reclaim != "Delete")
    one.add("there is no reclaiming '" + reclaim + "'", "reclaim", "Retain, or Delete");
}

}  // namespace

void check_storage_classes(const Value& classes, Diagnostics& diagnostics) {
  std::vector<std::string> names, defaults;
  const std::size_t before = diagnostics.errors().size();
  for (const Value& said : value::dicts_of("storage_classes", &classes, diagnostics)) {
    StrictDict one(&said, "storage_classes", said, diagnostics);
    one.know(keys);
    const std::string name = name_in(one);
    if (!name.empty() && std::ranges::find(names, name) != names.end())
      one.add_at("there are two storage classes '" + name + "'", said);
    names.push_back(name);
    check_kind(one, name);
    check_rest(one);
    if (one.boolean("default", false)) defaults.push_back(name);
  }
  const bool is_known = diagnostics.errors().size() == before;  // which of them is the default
  if (defaults.size() == 1 || (defaults.empty() && !is_known)) return;
  diagnostics.add(
      Error(Kind::input,
            defaults.empty()
                ? "none of the storage classes is the default"
                : "there may be one default storage class, found " + base::join(defaults, ", "),
            classes.pos())
          .set_hint(defaults.empty()
                        ? "a claim that names no class would wait for ever: default: true at one"
                        : "which one serves a claim that names none would be chance"));
}

}  // namespace provisioner::profile

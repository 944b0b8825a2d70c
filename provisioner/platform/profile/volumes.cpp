// Whether an inventory's volumes can be.

#include "provisioner/platform/profile/volumes.h"

#include <algorithm>
#include <string>
#include <vector>

#include "provisioner/base/value/strict_dict.h"
#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/profile/object_name.h"

namespace provisioner::profile {
namespace {

using base::Diagnostics;
using value::Dict;
using value::Form;
using value::StrictDict;
using value::Value;

constexpr const char* size_example = "100Gi";

void check_class_and_size(StrictDict& volume) {
  if (const std::string name = volume.required("class", "local"); !name.empty())
    check_object_name(volume, "class", name);
  if (!volume.is_said("size")) return volume.add_missing("size", size_example);
  if (!volume.has("size", Form::scalar)) return;
  const std::string size = Dict::key_text(*volume.find("size"));
  if (!kubernetes::quantity_of(size))
    volume.add("'" + size + "' is no size of a volume", "size", "as 500Gi, 10Ti");
}

void check_path(StrictDict& volume, const char* key) {
  const std::string path = volume.text(key);
  if (!path.empty() && !path.starts_with('/'))
    volume.add("'" + path + "' is no absolute path", key, std::string(key) + ": /srv/data");
}

void check_name(StrictDict& volume, std::vector<std::string>& names) {
  const std::string name = volume.required("name", "home");
  if (name.empty()) return;
  check_object_name(volume, "name", name);
  if (std::ranges::find(names, name) != names.end())
    volume.add("there are two volumes '" + name + "'", "name");
  names.push_back(name);
}

// Octal digits: as a number it would be read as another one.
void check_mode(StrictDict& volume) {
  const std::string mode = volume.text("mode");
  const bool is_octal = mode.find_first_not_of("01234567") == std::string::npos;
  if (!mode.empty() && (!is_octal || mode.size() < 3 || mode.size() > 4))
    volume.add("'" + mode + "' is no mode of a folder", "mode", "mode: \"0770\"");
}

}  // namespace

void check_served_volumes(const Value* nfs, const Value* gpfs, Diagnostics& diagnostics) {
  std::vector<std::string> names;  // of both kinds: they are of one cluster
  for (const Value& one : value::dicts_of("nfs_volumes", nfs, diagnostics)) {
    StrictDict volume(&one, "nfs_volumes", one, diagnostics);
    volume.know({"name", "class", "path", "size", "server", "read_only", "mount_options"});
    check_name(volume, names);
    check_class_and_size(volume);
    volume.required("path", "/export/home");
    check_path(volume, "path");
    volume.has("server", Form::text);
    volume.has("read_only", Form::boolean);
    volume.has("mount_options", Form::texts);
  }
  for (const Value& one : value::dicts_of("gpfs_volumes", gpfs, diagnostics)) {
    StrictDict volume(&one, "gpfs_volumes", one, diagnostics);
    volume.know({"name", "class", "handle", "size", "read_only"});
    check_name(volume, names);
    check_class_and_size(volume);
    volume.required("handle", "\"0;2;CLUSTER;FILESYSTEM;;home;/ibm/fs1/home\"");
    volume.has("read_only", Form::boolean);
  }
}

void check_local_volumes(const Value* local, Diagnostics& diagnostics) {
  for (const Value& one : value::dicts_of("local_volumes", local, diagnostics)) {
    StrictDict volume(&one, "local_volumes", one, diagnostics);
    volume.know({"class", "path", "size", "mount", "mode"});
    check_class_and_size(volume);
    volume.required("path", "/srv/data");
    check_path(volume, "path");
    check_path(volume, "mount");
    check_mode(volume);
  }
}

}  // namespace provisioner::profile

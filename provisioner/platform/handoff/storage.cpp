// storage/: classes of volumes, and the volumes that are there already.

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/volumes.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

// By the kinds of `storage_classes`, as the role storage_classes has them.
struct ClassKind {
  const char* name;
  const char* provisioner;
  bool is_of_node;    // a volume is chosen when the pod has a node
  bool is_made_once;  // nothing could make it anew
};

constexpr std::array<ClassKind, 5> kinds = {{
    {"local_path", "rancher.io/local-path", true, false},
    {"local", "kubernetes.io/no-provisioner", true, true},
    {"nfs", "kubernetes.io/no-provisioner", false, true},
    {"nfs_csi", "nfs.csi.k8s.io", false, false},
    {"gpfs_csi", "spectrumscale.csi.ibm.com", false, false},
}};

Dict given_parameters(const Instance& instance, const Value& one, const std::string& kind) {
  Dict parameters;
  if (kind == "local_path") parameters.set("nodePath", text_of(one, "path", "/var/lib/local-path"));
  if (kind == "nfs_csi") {
    parameters.set("server", text_of(one, "server", instance.text("nfs_server")));
    parameters.set("share", text_of(one, "path", "/"));
  }
  if (const Value* more = one.find("parameters"); more != nullptr && more->is_dict())
    for (const auto& [key, entry] : more->dict()) parameters.set(key, entry);
  return parameters;
}

Value storage_class(const Instance& instance, const Value& one) {
  const std::string kind = text_of(one, "kind");
  const auto found = std::ranges::find(kinds, kind, &ClassKind::name);
  const ClassKind& of = found == kinds.end() ? kinds.front() : *found;
  const bool is_default = value::boolean_or(one, "default", false);
  Dict made = object("storage.k8s.io/v1", "StorageClass",
                     {{"name", text_of(one, "name")},
                      {"annotations", Dict{{"storageclass.kubernetes.io/is-default-class",
                                            is_default ? "true" : "false"}}}});
  made.set("provisioner", of.provisioner);
  made.set("volumeBindingMode", of.is_of_node ? "WaitForFirstConsumer" : "Immediate");
  made.set("reclaimPolicy", text_of(one, "reclaim", of.is_made_once ? "Retain" : "Delete"));
  if (Dict parameters = given_parameters(instance, one, kind); !parameters.is_empty())
    made.set("parameters", std::move(parameters));
  if (const Value* options = one.find("mount_options")) made.set("mountOptions", *options);
  return made;
}

Value snapshot_class(const Value& one) {
  const bool is_default = value::boolean_or(one, "default", false);
  Dict made = object("snapshot.storage.k8s.io/v1", "VolumeSnapshotClass",
                     {{"name", text_of(one, "name")},
                      {"annotations", Dict{{"snapshot.storage.kubernetes.io/is-default-class",
                                            is_default ? "true" : "false"}}}});
  made.set("driver", text_of(one, "driver"));
  made.set("deletionPolicy", text_of(one, "reclaim", "Delete"));
  if (const Value* parameters = one.find("parameters")) made.set("parameters", *parameters);
  return made;
}

Dict volume_spec(const Value& one, const char* mode) {
  return {{"capacity", Dict{{"storage", text_of(one, "size")}}},
          {"accessModes", List{Value(mode)}},
          {"storageClassName", text_of(one, "class")},
          {"persistentVolumeReclaimPolicy", "Retain"}};
}

Dict served_spec(const Value& one) {
  return volume_spec(one,
                     value::boolean_or(one, "read_only", false) ? "ReadOnlyMany" : "ReadWriteMany");
}

Value volume(const std::string& name, Dict spec) {
  Dict made = object("v1", "PersistentVolume", {{"name", name}});
  made.set("spec", std::move(spec));
  return made;
}

Value nfs_volume(const Instance& instance, const Value& one) {
  const bool is_read_only = value::boolean_or(one, "read_only", false);
  Dict spec = served_spec(one);
  List options{Value("hard"), Value("nfsvers=4.2")};
  if (const Value* given = one.find("mount_options"); given != nullptr && given->is_list())
    options = given->list();
  if (is_read_only) options.emplace_back("ro");
  spec.set("mountOptions", std::move(options));
  spec.set("nfs", Dict{{"server", text_of(one, "server", instance.text("nfs_server"))},
                       {"path", text_of(one, "path")},
                       {"readOnly", is_read_only}});
  return volume(text_of(one, "name"), std::move(spec));
}

Value gpfs_volume(const Value& one) {
  Dict spec = served_spec(one);
  spec.set("csi", Dict{{"driver", "spectrumscale.csi.ibm.com"},
                       {"volumeHandle", text_of(one, "handle")},
                       {"readOnly", value::boolean_or(one, "read_only", false)}});
  return volume(text_of(one, "name"), std::move(spec));
}

// As the role names them: "/srv/qserv" of n18 is "disk-n18-srv-qserv".
std::string local_name(const NodeShare& node, const Value& one) {
  std::string path;
  for (const char letter : base::lower_case(text_of(one, "path"))) {
    const bool is_kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    if (is_kept)
      path += letter;
    else if (!path.ends_with('-'))
      path += '-';
  }
  return text_of(one, "class") + "-" + node.name + path;
}

Value local_volume(const NodeShare& node, const Value& one) {
  Dict spec = volume_spec(one, "ReadWriteOnce");
  spec.set("local", Dict{{"path", text_of(one, "path")}});
  const Dict is_there{
      {"key", "kubernetes.io/hostname"}, {"operator", "In"}, {"values", List{Value(node.name)}}};
  const Dict term{{"matchExpressions", List{Value(is_there)}}};
  spec.set("nodeAffinity", Dict{{"required", Dict{{"nodeSelectorTerms", List{Value(term)}}}}});
  return volume(local_name(node, one), std::move(spec));
}

}  // namespace

bool is_of_database(const NodeShare& node) { return node.labels.has("tier"); }

std::vector<Value> local_volumes(const Instance& instance, bool of_database) {
  std::vector<Value> volumes;
  for (const NodeShare& node : instance.nodes)
    if (is_of_database(node) == of_database)
      for (const Value& one : node.local_volumes) volumes.push_back(local_volume(node, one));
  return volumes;
}

Files storage_files(const Instance& instance) {
  Files files;
  std::vector<Value> snapshots;
  for (const Value& one : items_of(instance.find("volume_snapshot_classes")))
    snapshots.push_back(snapshot_class(one));
  if (!snapshots.empty())
    files["storage/snapshot-classes.yaml"] =
        yaml_documents("Classes of snapshots; their kinds and drivers are the site's.", snapshots);
  if (!instance.owners.is_ours("storage_classes")) return files;
  std::vector<Value> classes, volumes = local_volumes(instance, false);
  for (const Value& one : items_of(instance.find("storage_classes")))
    classes.push_back(storage_class(instance, one));
  for (const Value& one : items_of(instance.find("nfs_volumes")))
    volumes.push_back(nfs_volume(instance, one));
  for (const Value& one : items_of(instance.find("gpfs_volumes")))
    volumes.push_back(gpfs_volume(one));
  if (!classes.empty())
    files["storage/classes.yaml"] =
        yaml_documents("Classes of volumes; one is the default.", classes);
  if (!volumes.empty())
    files["storage/volumes.yaml"] = yaml_documents(
        "Volumes that are there already: served trees and folders of nodes.", volumes);
  return files;
}

}  // namespace provisioner::handoff

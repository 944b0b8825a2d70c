// qserv/: the database's volumes, and what its operator is to make on them.

#include <algorithm>

#include "provisioner/platform/handoff/filled.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/step_texts.h"
#include "provisioner/platform/handoff/volumes.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

// Of lsst/qserv-operator, the state whose images are 2024.11.2-rc1 throughout: it has no tag, and
// the newest that has (2024.5.1-rc7) asks for an image of gcr.io/kubebuilder, which is gone.
constexpr const char* standard_release = "7b1bbd2fb97562f9aafa4d3d15724a3f66fe78c7";
constexpr const char* operator_source = "https://github.com/lsst/qserv-operator";
constexpr const char* operator_files = "https://raw.githubusercontent.com/lsst/qserv-operator/";
constexpr const char* standard_namespace = "qserv";

std::string tier_of(const NodeShare& node) { return text_of(Value(node.labels), "tier"); }

std::int64_t count_of(const Instance& instance, const std::string& tier) {
  return std::ranges::count_if(instance.nodes,
                               [&](const NodeShare& node) { return tier_of(node) == tier; });
}

// "key=qserv:NoSchedule", as a pod tolerates it.
Value toleration(const std::string& taint) {
  const std::size_t colon = taint.rfind(':'), equal = taint.find('=');
  const bool has_value = equal != std::string::npos && equal < colon;
  Dict made{{"key", taint.substr(0, has_value ? equal : colon)},
            {"operator", has_value ? "Equal" : "Exists"}};
  if (has_value) made.set("value", taint.substr(equal + 1, colon - equal - 1));
  made.set("effect", taint.substr(colon + 1));
  return made;
}

List tolerations(const Instance& instance) {
  std::vector<std::string> seen;
  List all;
  for (const NodeShare& node : instance.nodes) {
    if (!is_of_database(node)) continue;
    for (const Value& taint : node.taints) {
      const std::string text = Dict::key_text(taint);
      if (text.rfind(':') == std::string::npos || std::ranges::find(seen, text) != seen.end())
        continue;
      seen.push_back(text);
      all.push_back(toleration(text));
    }
  }
  return all;
}

Dict on_tier(const std::string& tier) {
  const Dict match{{"key", "tier"}, {"operator", "In"}, {"values", List{Value(tier)}}};
  const Dict term{{"matchExpressions", List{Value(match)}}};
  return {{"nodeAffinity", Dict{{"requiredDuringSchedulingIgnoredDuringExecution",
                                 Dict{{"nodeSelectorTerms", List{Value(term)}}}}}}};
}

// One worker a node: each has the disks of its node to itself.
Dict worker_affinity() {
  const auto is = [](const char* key, const char* of) {
    return Value(Dict{{"key", key}, {"operator", "In"}, {"values", List{Value(of)}}});
  };
  const Dict apart{{"labelSelector", Dict{{"matchExpressions",
                                           List{is("component", "worker"), is("app", "qserv")}}}},
                   {"topologyKey", "kubernetes.io/hostname"}};
  Dict affinity = on_tier("worker");
  affinity.set("podAntiAffinity",
               Dict{{"requiredDuringSchedulingIgnoredDuringExecution", List{Value(apart)}}});
  return affinity;
}

// Where no node is set apart for a part, it runs beside the workers.
std::string tier_for(const Instance& instance, const std::string& wanted) {
  if (count_of(instance, wanted) > 0) return wanted;
  return count_of(instance, "czar") > 0 ? "czar" : "worker";
}

// The class and the size of the volumes on nodes of a tier; all are taken to be alike.
Value first_volume(const Instance& instance, const std::string& tier) {
  for (const NodeShare& node : instance.nodes)
    if (tier_of(node) == tier && !node.local_volumes.empty()) return node.local_volumes.front();
  return {};
}

std::string release_of(const Instance& instance) {
  return instance.text("qserv_operator_release", standard_release);
}

std::string namespace_of(const Instance& instance) {
  return instance.text("qserv_namespace", standard_namespace);
}

std::string base_of(const Instance& instance) {
  return instance.text("qserv_operator_base", std::string(operator_source) +
                                                  "/manifests/base?ref=" + release_of(instance));
}

// A webhook of the operator has its certificate from it (lsst/qserv-operator,
// manifests/operator.yaml).
std::string cert_manager_words(const Instance& instance) {
  using profile::Owner;
  const Owner owner = instance.owners.owner_of("cert_manager");
  if (owner == Owner::absent) return "which nobody has here: bring it first";
  if (owner == Owner::platform) return "which the platform brings: after the steps before this one";
  return "which is the " + std::string(name_of(owner)) + "'s";
}

Value qserv_object(const Instance& instance) {
  const Value of_worker = first_volume(instance, "worker");
  const Value of_czar = first_volume(instance, tier_for(instance, "czar"));
  Dict spec{{"storageClassName", text_of(of_worker, "class")},
            {"storage", text_of(of_worker, "size")},
            {"tolerations", tolerations(instance)},
            {"czar", Dict{{"storage", text_of(of_czar, "size")},
                          {"affinity", on_tier(tier_for(instance, "czar"))}}},
            {"worker", Dict{{"storage", text_of(of_worker, "size")},
                            {"replicas", count_of(instance, "worker")},
                            {"affinity", worker_affinity()}}}};
  for (const auto& [part, tier] : {std::pair{"ingest", "utility"}, std::pair{"replication", "czar"},
                                   std::pair{"xrootd", "utility"}})
    spec.set(part, Dict{{"affinity", on_tier(tier_for(instance, tier))}});
  Dict made = object("qserv.lsst.org/v1beta1", "Qserv", {{"name", "qserv"}});
  made.set("spec", std::move(spec));
  return made;
}

}  // namespace

std::string qserv_step(const Instance& instance) {
  const bool is_elsewhere = instance.find("qserv_operator_base") != nullptr;
  return filled(
      step_text("qserv"),
      {{"@CERT_MANAGER@", cert_manager_words(instance)},
       {"@OPERATOR@", is_elsewhere
                          ? "OPERATOR      # manifests/operator.yaml of the same "
                            "release as the base"
                          : operator_files + release_of(instance) + "/manifests/operator.yaml"},
       {"@NAMESPACE@", namespace_of(instance)}});
}

Files qserv_files(const Instance& instance) {
  Files files;
  const auto volumes = local_volumes(instance, true);
  if (volumes.empty()) return files;
  files["qserv/volumes.yaml"] =
      yaml_documents("Folders of the database's nodes; what is in them stays.", volumes);
  files["qserv/qserv.yaml"] = yaml_documents(
      "What qserv-operator is to make on them; laid over its base.", {qserv_object(instance)});
  files["qserv/kustomization.yaml"] =
      "# volumes.yaml is applied with the rest of the bundle, by who may make volumes.\n" +
      yaml_text(Dict{{"apiVersion", "kustomize.config.k8s.io/v1beta1"},
                     {"kind", "Kustomization"},
                     {"namespace", namespace_of(instance)},
                     {"resources", List{Value(base_of(instance))}},
                     {"patches", List{Value(Dict{{"path", "qserv.yaml"}})}}});
  return files;
}

}  // namespace provisioner::handoff

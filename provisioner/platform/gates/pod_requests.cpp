// What manifests ask of a cluster's nodes.

#include "provisioner/platform/gates/pod_requests.h"

#include <algorithm>
#include <optional>

#include "provisioner/base/value/at_path.h"
#include "provisioner/cluster/kubernetes/quantity.h"
#include "provisioner/platform/gates/manifest.h"

namespace provisioner::gates {
namespace {

using value::Dict;
using value::Value;

double number_in(const Value& object, const std::string& path, double otherwise) {
  const Value* found = value::at_path(object, path);
  if (found == nullptr || found->is_none()) return otherwise;
  return kubernetes::quantity_of(Dict::key_text(*found)).value_or(otherwise);
}

class Reader {
 public:
  explicit Reader(const std::vector<Value>& documents) : manifests_(single_manifests(documents)) {
    for (const Value& one : manifests_) {
      const Value* target = value::at_path(one, "spec.scaleTargetRef");
      if (target == nullptr || value::text_or(one, "kind", "") != "HorizontalPodAutoscaler")
        continue;
      const std::string scaled =
          value::text_or(*target, "kind", "") + " " + value::text_or(*target, "name", "");
      least_pods_[scaled] = number_in(one, "spec.minReplicas", 1);
    }
  }

  PodRequests read() {
    for (const Value& one : manifests_)
      if (is_run(one)) take(one);
    return std::move(all_);
  }

 private:
  // Of hooks of Helm those count that run while the chart is brought, or is exchanged.
  static bool is_run(const Value& manifest) {
    const Value* annotations = value::at_path(manifest, "metadata.annotations");
    const std::string hooks =
        annotations == nullptr ? "" : value::text_or(*annotations, "helm.sh/hook", "");
    return hooks.empty() || hooks.find("install") != std::string::npos ||
           hooks.find("upgrade") != std::string::npos;
  }

  void take(const Value& one) {
    const std::string kind = value::text_or(one, "kind", "");
    if (is_suspended(one)) return;
    if (kind == "Pod") take_pods(one, "spec", 1);
    if (kind == "Deployment" || kind == "ReplicaSet" || kind == "ReplicationController" ||
        kind == "StatefulSet")
      take_pods(one, "spec.template.spec", replicas_of(one));
    if (kind == "DaemonSet") take_pods(one, "spec.template.spec", 1);
    if (kind == "Job") take_job(one, "spec");
    if (kind == "CronJob") take_job(one, "spec.jobTemplate.spec");
    if (kind == "PersistentVolumeClaim") take_claim(one, 1, called(one));
    if (kind == "StatefulSet")
      if (const Value* spec = one.find("spec"))
        for (const Value& claim : items_of(spec->find("volumeClaimTemplates")))
          take_claim(claim, replicas_of(one), called(one));
  }

  // A Deployment that is scaled to none stays there.
  double replicas_of(const Value& one) const {
    const double said = number_in(one, "spec.replicas", 1);
    const Value* metadata = one.find("metadata");
    const auto scaled =
        least_pods_.find(value::text_or(one, "kind", "") + " " +
                         (metadata == nullptr ? "" : value::text_or(*metadata, "name", "")));
    return said == 0 || scaled == least_pods_.end() ? said : std::max(said, scaled->second);
  }

  static bool is_suspended(const Value& one) {
    const Value* spec = one.find("spec");
    return spec != nullptr && value::boolean_or(*spec, "suspend", false);
  }

  // Side by side are never more than have to come to their end.
  void take_job(const Value& one, const std::string& path) {
    const double at_once = number_in(one, path + ".parallelism", 1);
    take_pods(one, path + ".template.spec",
              std::min(at_once, number_in(one, path + ".completions", at_once)));
  }

  void take_pods(const Value& one, const std::string& path, double pods) {
    const Value* spec = value::at_path(one, path);
    if (spec == nullptr || pods <= 0) return;
    Workload workload;
    workload.name = called(one);
    workload.pods = pods;
    workload.is_daemon_set = value::text_or(one, "kind", "") == "DaemonSet";
    workload.is_tolerant = !items_of(spec->find("tolerations")).empty();
    workload.pod = *spec;
    workload.each = asked_by_pod(*spec, workload.name);
    const auto is_none = [](const auto& entry) { return entry.second <= 0; };
    if (workload.each.cores <= 0 && workload.each.bytes <= 0 &&
        std::ranges::all_of(workload.each.others, is_none))
      ++all_.silent;
    all_.workloads.push_back(std::move(workload));
  }

  // KEP-753: one that starts before the containers and stays counts beside all that start later.
  Amount asked_by_pod(const Value& spec, const std::string& name) {
    Amount sum, staying, most;
    for (const Value& one : items_of(spec.find("initContainers"))) {
      Amount asked = asked_by_container(one, name);
      if (value::text_or(one, "restartPolicy", "") == "Always") {
        add(staying, asked);
        asked = {};
      }
      add(asked, staying);
      most = greater_of(most, asked);
    }
    for (const Value& one : items_of(spec.find("containers")))
      add(sum, asked_by_container(one, name));
    add(sum, staying);
    Amount whole = greater_of(sum, most);
    for (const auto& [resource, limit] : amounts_in(spec, "resources.limits", name))
      if (whole.of(resource) <= 0) whole.of(resource) = limit;
    for (const auto& [resource, request] : amounts_in(spec, "resources.requests", name))
      whole.of(resource) = request;
    return whole;
  }

  Amount asked_by_container(const Value& one, const std::string& name) {
    Amount asked;
    for (const char* path : {"resources.limits", "resources.requests"})
      for (const auto& [resource, amount] : amounts_in(one, path, name))
        asked.of(resource) = amount;
    return asked;
  }

  std::map<std::string, double> amounts_in(const Value& one, const char* path,
                                           const std::string& name) {
    std::map<std::string, double> amounts;
    const Value* said = value::at_path(one, path);
    if (said == nullptr || !said->is_dict()) return amounts;
    for (const auto& [key, text] : said->dict())
      if (const auto amount = quantity(text, Dict::key_text(key), name))
        amounts[Dict::key_text(key)] = *amount;
    return amounts;
  }

  std::optional<double> quantity(const Value& said, const std::string& resource,
                                 const std::string& name) {
    if (said.is_none()) return std::nullopt;
    const std::string text = Dict::key_text(said);
    const auto amount = kubernetes::quantity_of(text);
    if (!amount)
      all_.mistakes.push_back(name + ": '" + text + "' of " + resource + " is no quantity");
    return amount;
  }

  void take_claim(const Value& claim, double times, const std::string& name) {
    const Value* spec = claim.find("spec");
    const Value* size = value::at_path(claim, "spec.resources.requests.storage");
    if (size == nullptr || times <= 0) return;
    if (const auto bytes = quantity(*size, "storage", name))
      all_.claims[value::text_or(*spec, "storageClassName", "")] += *bytes * times;
  }

  std::vector<Value> manifests_;
  std::map<std::string, double> least_pods_ = {};  // by what is scaled: "Deployment web"
  PodRequests all_ = {};
};

}  // namespace

PodRequests pod_requests(const std::vector<Value>& documents) { return Reader(documents).read(); }

}  // namespace provisioner::gates

// C-2, G-1, P-2: the cluster as it was seen, against the one that is asked for.

#include <algorithm>
#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/etcd_states.h"
#include "provisioner/cluster/kubernetes/skew.h"
#include "provisioner/cluster/kubernetes/standing.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using kubernetes::ListedNode;
using kubernetes::NodeSight;
using kubernetes::Version;
using kubernetes::WishedNode;

void judge_labels(const WishedNode& wish, const ListedNode& listed, std::vector<Line>& lines) {
  for (const auto& [key, value] : wish.labels) {
    const auto has = listed.labels.find(key);
    if (has == listed.labels.end())
      lines.push_back(wrong("label " + key,
                            "the label " + key + "=" + value + " of the inventory is missing",
                            "provisioner cluster up", wish.name));
    else if (has->second != value)
      lines.push_back(
          wrong("label " + key,
                "the label " + key + " is '" + has->second + "', the inventory has '" + value + "'",
                "provisioner cluster up", wish.name));
    else
      lines.push_back(right("label " + key, wish.name));
  }
}

// Those that Kubernetes itself adds are no mistake of the inventory.
bool is_of_kubernetes(const kubernetes::Taint& taint) {
  return taint.key.starts_with("node.kubernetes.io/") ||
         taint.key == "node-role.kubernetes.io/control-plane";
}

void judge_taints(const WishedNode& wish, const ListedNode& listed, std::vector<Line>& lines) {
  for (const kubernetes::Taint& taint : wish.taints) {
    if (std::ranges::find(listed.taints, taint) == listed.taints.end())
      lines.push_back(wrong("taint " + taint.key,
                            "the taint " + taint.text() + " of the inventory is missing",
                            "kubectl taint node " + wish.name + " " + taint.text(), wish.name));
    else
      lines.push_back(right("taint " + taint.key, wish.name));
  }
  for (const kubernetes::Taint& taint : listed.taints)
    if (!is_of_kubernetes(taint) && std::ranges::find(wish.taints, taint) == wish.taints.end())
      lines.push_back(wrong("taint " + taint.key,
                            "the taint " + taint.text() + " is on it, and the inventory has none",
                            "kubectl taint node " + wish.name + " " + taint.text() + "-",
                            wish.name));
}

void judge_versions(const WishedNode& wish, const NodeSight& sight, const Version& wanted,
                    std::vector<Line>& lines) {
  const auto& kubelet = sight.listed->kubelet;
  if (!kubelet) {
    lines.push_back(wrong("version", "its kubelet has no version that is a release",
                          "provisioner cluster status", wish.name));
  } else if (const auto objection = kubernetes::kubelet_objection(wish.name, *kubelet, wanted)) {
    lines.push_back(wrong("version", objection->text, objection->hint, wish.name));
  } else if (*kubelet != wanted) {
    lines.push_back(
        wrong("version",
              "its kubelet is " + kubelet->text() + ", the inventory asks for " + wanted.text(),
              "provisioner cluster upgrade", wish.name));
  } else {
    lines.push_back(right("version", wish.name));
  }
}

void judge_node(const WishedNode& wish, bool is_control, const Surroundings& about,
                std::vector<Line>& lines) {
  const NodeSight& sight = about.sight.node(wish.name);
  if (!sight.listed) {
    lines.push_back(wrong("node", "it is no node of the cluster, and the inventory asks for it",
                          "provisioner cluster up", wish.name));
    return;
  }
  if (!sight.listed->is_ready)
    lines.push_back(wrong("node", "it is not Ready", "provisioner cluster status", wish.name));
  else
    lines.push_back(right("Ready", wish.name));
  if (sight.listed->is_cordoned)
    lines.push_back(wrong("node", "it takes no pods: it is cordoned",
                          "kubectl uncordon " + wish.name, wish.name));
  if (sight.listed->is_control() != is_control)
    lines.push_back(wrong("role",
                          is_control ? "it is asked for as a control plane and is none"
                                     : "it is asked for as a worker and is a control plane",
                          "provisioner cluster plan", wish.name));
  judge_labels(wish, *sight.listed, lines);
  judge_taints(wish, *sight.listed, lines);
  judge_versions(wish, sight, about.wish.version, lines);
}

void judge_strangers(const Surroundings& about, std::vector<Line>& lines) {
  for (const auto& [name, sight] : about.sight.nodes)
    if (sight.listed && !about.wish.names(name))
      lines.push_back(wrong("node", "it is in the cluster and not in the inventory",
                            "provisioner cluster remove " + name, name));
}

void judge_certificates(const Surroundings& about, std::vector<Line>& lines) {
  if (about.certificates.empty()) {
    lines.push_back(lacking("no node tells when its certificates end",
                            "provisioner cluster certs " + about.wish.instance));
    return;
  }
  const auto soon = kubernetes::ending(about.certificates, about.now + kubernetes::soon);
  for (const kubernetes::Certificate& one : soon) {
    const auto left = std::chrono::ceil<std::chrono::days>(one.ends - about.now).count();
    lines.push_back(
        wrong("certificate " + one.path,
              "the certificate " + one.path +
                  (one.is_damaged         ? " cannot be read"
                   : one.ends < about.now ? " ended " + std::to_string(-left) + " days ago"
                                          : " ends within " + std::to_string(left) + " days"),
              "provisioner cluster certs " + about.wish.instance + " --renew", one.node));
  }
  if (soon.empty()) lines.push_back(right("certificates"));
}

// The release of the API server that answers, "v1.34.4", whatever the inventory asks for.
std::optional<Version> told_version(const Trial& trial) {
  for (const Line& fact : trial.of(Line::Kind::fact))
    if (fact.what == "version") return kubernetes::version_of(fact.why);
  return std::nullopt;
}

Verdict judge_least(const Trial& trial, const Version& least, const char* who) {
  Trial judged = trial;
  const auto version = told_version(trial);
  if (version && *version < least)
    judged.lines.push_back(wrong("version",
                                 std::string(who) + " needs Kubernetes " + least.minor_text() +
                                     ", this is " + version->text(),
                                 "provisioner cluster upgrade"));
  else if (version)
    judged.lines.push_back(right("version"));
  else if (trial.failure.empty() && trial.of(Line::Kind::lack).empty())
    judged.lines.push_back(lacking("the API does not tell which release it is"));
  if (version) judged.lines.push_back({.what = "Kubernetes " + version->text()});
  return judge_lines(judged);
}

}  // namespace

Verdict judge_cluster(const Trial& trial, const Surroundings& about) {
  Trial judged = trial;
  if (!about.sight.is_api_up) {
    judged.lines = {wrong("the API", "the API does not answer on any control-plane node",
                          "provisioner cluster status " + about.wish.instance)};
    return judge_lines(judged);
  }
  for (const WishedNode& node : about.wish.control) judge_node(node, true, about, judged.lines);
  for (const WishedNode& node : about.wish.workers) judge_node(node, false, about, judged.lines);
  judge_strangers(about, judged.lines);
  for (const kubernetes::EtcdState& state : kubernetes::etcd_states(about.wish, about.sight))
    judged.lines.push_back(wrong("etcd", state.text, state.next));
  judge_certificates(about, judged.lines);
  return judge_lines(judged);
}

Verdict judge_gen3_version(const Trial& trial, const Surroundings&) {
  Verdict verdict = judge_least(trial, {1, 23, 0}, "Gen3");
  constexpr int newest_tried = 35;
  if (const auto version = told_version(trial); version && version->minor > newest_tried)
    verdict.text += "; newer than 1.35, which Gen3's own clusters run: nobody there has tried it";
  return verdict;
}

Verdict judge_phalanx_version(const Trial& trial, const Surroundings&) {
  return judge_least(trial, {1, 30, 0}, "Phalanx");
}

}  // namespace provisioner::gates

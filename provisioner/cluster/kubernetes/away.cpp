// One control-plane node at a time.

#include "provisioner/cluster/kubernetes/away.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/quorum.h"

namespace provisioner::kubernetes {
namespace {

// Why a control-plane node cannot stand in for another one; nullptr where it can.
const char* why_missing(const WishedNode& node, const ClusterSight& sight) {
  const NodeSight& seen = sight.node(node.name);
  if (!seen.answers) return "does not answer";
  if (!seen.listed) return "is not in the cluster";
  if (seen.listed->away != Away::no) return "is drained";
  if (!seen.listed->is_ready) return "is not ready";
  const EtcdMember* member = member_of(node, sight);
  if (member == nullptr || member->is_learner) return "has no vote in etcd";
  return member->is_healthy ? nullptr : "has an etcd that does not take part";
}

// A control-plane node that is silent may hold etcd's data wherever any other tells of a cluster.
bool is_part(const WishedNode& node, const ClusterWish& wish, const ClusterSight& sight) {
  const NodeSight& seen = sight.node(node.name);
  if (seen.listed || member_of(node, sight) != nullptr || seen.has_traces()) return true;
  return !seen.answers && std::ranges::any_of(wish.control, [&](const WishedNode& other) {
    return sight.node(other.name).has_traces();
  });
}

// Nothing of the cluster is on it now that going down could take.
bool is_down(const std::string& name, const ClusterSight& sight) {
  if (sight.node(name).answers) return false;
  if (const auto& listed = sight.node(name).listed; listed && listed->is_ready) return false;
  return std::ranges::none_of(sight.members(), [&](const EtcdMember& member) {
    return member.name == name && member.is_healthy;
  });
}

bool takes_pods(const NodeSight& seen) {
  return seen.listed && seen.listed->is_ready && !seen.listed->is_cordoned;
}

}  // namespace

std::optional<Objection> away_objection(const ClusterWish& wish, const ClusterSight& sight,
                                        const std::vector<std::string>& nodes) {
  std::vector<std::string> leaving;
  for (const std::string& name : nodes)
    if (wish.control_node(name) != nullptr) leaving.push_back(name);
  if (leaving.empty()) return std::nullopt;
  if (leaving.size() > 1)
    return Objection{"of the control plane one node at a time: " + base::join(leaving, ", ")};
  if (sight.etcd && sight.etcd->is_split())
    return Objection{"etcd's members do not belong to one cluster",
                     "look at them: provisioner cluster etcd members " + wish.instance};
  for (const WishedNode& other : wish.control) {
    const char* why = other.name == leaving.front() ? nullptr : why_missing(other, sight);
    if (why != nullptr)
      return Objection{"'" + other.name + "' " + why + ", so '" + leaving.front() + "' must stay",
                       "provisioner cluster status " + wish.instance};
  }
  if (sight.members().empty()) return quorum_objection(sight.members());
  return away_objection(sight.members(), leaving, wish.instance);
}

std::map<std::string, Objection> departure_objections(const ClusterWish& wish,
                                                      const ClusterSight& sight,
                                                      const std::vector<std::string>& nodes,
                                                      Departure departure) {
  std::map<std::string, Objection> objections;
  std::vector<std::string> control;
  for (const std::string& name : nodes) {
    if (departure == Departure::for_a_while && is_down(name, sight)) continue;
    const WishedNode* node = wish.control_node(name);
    if (node != nullptr && is_part(*node, wish, sight)) control.push_back(name);
    if (node == nullptr && takes_pods(sight.node(name)))
      objections[name] = {"'" + name + "' takes pods of '" + wish.instance + "'",
                          "move them first: provisioner cluster drain " + name, true};
  }
  if (departure == Departure::for_a_while && wish.control.size() == 1) return objections;
  if (const auto objection = away_objection(wish, sight, control))
    for (const std::string& name : control) objections[name] = *objection;
  return objections;
}

std::map<std::string, Objection> objections_at_work(const ClusterSight& sight,
                                                    const std::vector<std::string>& nodes) {
  std::map<std::string, Objection> objections;
  for (const std::string& name : nodes)
    if (sight.node(name).listed || sight.node(name).has_traces())
      objections[name] = {"another command is at work on it", "wait for its end"};
  return objections;
}

}  // namespace provisioner::kubernetes

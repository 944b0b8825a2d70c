// Nodes that leave for a while.

#include "provisioner/front/cluster/cluster_leave.h"

#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/away.h"
#include "provisioner/cluster/kubernetes/budgets.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using kubernetes::Act;

bool object(const std::optional<kubernetes::Objection>& objection) {
  if (objection) tell({.objections = {*objection}});
  return objection.has_value();
}

kubernetes::Objection no_member(const kubernetes::ClusterWish& wish,
                                const kubernetes::ClusterSight& sight, const std::string& node) {
  const std::string why =
      sight.is_api_up
          ? "'" + node + "' is no node of the cluster"
          : "the API does not answer on any control-plane node: nothing is known of '" + node + "'";
  return {why, "provisioner cluster status " + wish.instance};
}

}  // namespace

std::string instance_of(const cli::RunWords& words, const std::vector<std::string>& names,
                        const std::string& given) {
  if (!given.empty()) return given;
  const auto nodes = cli::require_nodes({words, base::join(names, ",")}, {"instance_name"});
  std::string instance;
  for (const cli::NamedNode& node : nodes) {
    const std::string its = value::text_or(value::Value(node.variables), "instance_name", "");
    if (its.empty())
      throw Error(Kind::usage, "'" + node.name + "' has no 'instance_name': it is of no cluster")
          .set_hint("name the instance with --instance");
    if (!instance.empty() && its != instance)
      throw Error(Kind::usage,
                  "the nodes are of several instances: '" + instance + "' and '" + its + "'")
          .set_hint("one instance at a time");
    instance = its;
  }
  return instance;
}

Notes budget_notes(const kubernetes::ClusterWish& wish, const kubernetes::ClusterSight& sight) {
  return remarks(budget_remarks(sight, wish.node_names()));
}

bool drain_nodes(ClusterSession& session, const std::vector<std::string>& nodes) {
  const kubernetes::ClusterWish& wish = session.work().site.wish;
  for (const std::string& node : nodes) {
    const kubernetes::ClusterSight sight =
        cli::look_at_cluster(session.work().words, wish, {.budgets = true});
    const auto& listed = sight.node(node).listed;
    if (object(listed ? std::nullopt : std::optional(no_member(wish, sight, node)))) return false;
    if (listed->away == kubernetes::Away::drained) continue;
    if (object(away_objection(wish, sight, {node}))) return false;
    kubernetes::Next next;
    propose_drain(next, sight, {node});
    tell(next);
    if (!next.step) return false;
    take_step(session.work(), *next.step, sight);
    std::cout << node
              << (next.step->act == Act::cordon
                      ? " is cordoned; its pods stay until it is ready or leaves the cluster"
                      : " is drained")
              << "; let pods in again: provisioner cluster uncordon " << node << "\n";
  }
  return true;
}

bool bring_back_nodes(ClusterSession& session, const std::vector<std::string>& nodes) {
  const kubernetes::ClusterWish& wish = session.work().site.wish;
  const kubernetes::ClusterSight sight = cli::look_at_cluster(session.work().words, wish);
  for (const std::string& node : nodes)
    if (object(sight.node(node).listed ? std::nullopt
                                       : std::optional(no_member(wish, sight, node))))
      return false;
  take_step(session.work(), {.act = Act::bring_back, .nodes = nodes}, sight);
  return true;
}

}  // namespace provisioner::cluster

#pragma once

#include "provisioner/cluster/kubernetes/next_step.h"
#include "tests/kubernetes/simulated_cluster.h"

namespace provisioner::kubernetes::tests {

// A cluster that is whole, as a state machine.
inline SimulatedCluster cluster_at(std::size_t control, std::size_t workers, Version version) {
  SimulatedCluster cluster(control, workers, version);
  while (const auto step = next_step(cluster.wish, cluster.look()).step) cluster.perform(*step);
  return cluster;
}

// The same, as it is seen: for a test to change one thing of it.
struct Settled {
  explicit Settled(std::size_t control, std::size_t workers = 1, Version version = {1, 34, 4}) {
    const SimulatedCluster cluster = cluster_at(control, workers, version);
    wish = cluster.wish;
    sight = cluster.look();
    for (const WishedNode& node : wish.control)
      sight.etcd->views.push_back({node.name, EtcdClusterId{1}, {}, sight.etcd->members});
  }

  NodeSight& node(const std::string& name) { return sight.nodes.at(name); }
  EtcdMember& member(const std::string& name) {
    for (EtcdMember& member : sight.etcd->members)
      if (member.name == name) return member;
    return sight.etcd->members.emplace_back(
        EtcdMember{.id = MemberId{sight.etcd->members.size() + 1}, .name = name});
  }
  void remove_member(const std::string& name) {
    std::erase_if(sight.etcd->members, [&](const EtcdMember& one) { return one.name == name; });
  }
  // Dead: neither it nor its etcd answers, and its kubelet reports no more.
  void kill(const std::string& name) {
    const auto listed = node(name).listed;
    node(name) = {};
    node(name).listed = listed;
    node(name).listed->is_ready = false;
    if (wish.control_node(name) != nullptr) member(name).is_healthy = false;
  }
  // Its disk is new; the API still has its object.
  void wipe(const std::string& name) {
    kill(name);
    node(name).answers = node(name).has_runtime = true;
    node(name).kubeadm = node(name).kubelet = wish.version;
  }

  ClusterWish wish;
  ClusterSight sight;
};

// A decision in lines: the step, what stands against it, what is to be known.
inline std::string told(const Next& next) {
  std::string text = next.step ? next.step->text() + "\n" : "";
  for (const Objection& objection : next.objections)
    text += "no: " + objection.text + (objection.hint.empty() ? "" : " -> " + objection.hint) +
            "\n";
  for (const std::string& remark : next.remarks) text += "note: " + remark + "\n";
  return text;
}

}  // namespace provisioner::kubernetes::tests

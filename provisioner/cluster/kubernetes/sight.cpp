// What was seen, by name.

#include "provisioner/cluster/kubernetes/sight.h"

#include <algorithm>

namespace provisioner::kubernetes {

const NodeSight& ClusterSight::node(const std::string& name) const {
  static const NodeSight silent;
  const auto found = nodes.find(name);
  return found == nodes.end() ? silent : found->second;
}

const std::vector<EtcdMember>& ClusterSight::members() const {
  static const std::vector<EtcdMember> none;
  return etcd ? etcd->members : none;
}

const EtcdMember* member_of(const WishedNode& node, const ClusterSight& sight) {
  const std::string url = peer_url(node);
  for (const EtcdMember& member : sight.members())
    if (member.is_started() ? member.name == node.name
                            : std::ranges::find(member.peer_urls, url) != member.peer_urls.end())
      return &member;
  return nullptr;
}

}  // namespace provisioner::kubernetes

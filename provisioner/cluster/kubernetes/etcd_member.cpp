// Members of etcd.

#include "provisioner/cluster/kubernetes/etcd_member.h"

#include <fmt/format.h>

#include <algorithm>

namespace provisioner::kubernetes {

std::string text_of(MemberId id) { return fmt::format("{:x}", static_cast<std::uint64_t>(id)); }

std::string text_of(EtcdClusterId id) {
  return fmt::format("{:x}", static_cast<std::uint64_t>(id));
}

std::string EtcdMember::label() const {
  if (is_started()) return "'" + name + "'";
  return peer_urls.empty() ? "member " + text_of(id) : "the member at " + peer_urls.front();
}

bool EtcdSight::is_split() const {
  return std::ranges::any_of(
      views, [&](const EtcdView& view) { return view.cluster != views.front().cluster; });
}

const EtcdMember* find_member(const std::vector<EtcdMember>& members, MemberId id) {
  const auto found = std::ranges::find(members, id, &EtcdMember::id);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace provisioner::kubernetes

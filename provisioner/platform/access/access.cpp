// Words of a declaration of access.

#include "provisioner/platform/access/access.h"

#include <algorithm>
#include <array>

namespace provisioner::access {
namespace {

template <class Named>
const Named* named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string_view name_of(PodSecurity level) {
  constexpr std::array<std::string_view, 3> names = {"privileged", "baseline", "restricted"};
  return names.at(static_cast<std::size_t>(level));
}

std::string_view name_of(May may) {
  constexpr std::array<std::string_view, 6> names = {"view",  "edit",    "admin",
                                                     "audit", "operate", "platform-admin"};
  return names.at(static_cast<std::size_t>(may));
}

bool is_cluster_wide(May may) {
  return may == May::audit || may == May::operate || may == May::platform_admin;
}

std::string Peer::text() const {
  switch (kind) {
    case Kind::pods:
      return "pods";
    case Kind::ingress:
      return "ingress";
    case Kind::api_server:
      return "api-server";
    case Kind::outside:
      return "outside";
    case Kind::declared:
    case Kind::other:
    case Kind::network:
      break;
  }
  return name;
}

bool names(const std::vector<Peer>& peers, const Peer& peer) {
  const auto has = [&](const Peer& one) { return std::ranges::find(peers, one) != peers.end(); };
  const bool is_pod = peer.kind == Peer::Kind::declared || peer.kind == Peer::Kind::other ||
                      peer.kind == Peer::Kind::ingress;
  return has(peer) || (is_pod && has({Peer::Kind::pods}));
}

const Namespace* Access::find(std::string_view name) const { return named(namespaces, name); }
const Role* Access::role(std::string_view name) const { return named(roles, name); }

}  // namespace provisioner::access

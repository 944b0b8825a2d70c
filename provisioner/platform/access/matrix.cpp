// Who may do what, positive and negative.

#include "provisioner/platform/access/matrix.h"

#include <algorithm>

#include "provisioner/platform/access/rights.h"

namespace provisioner::access {
namespace {

using PeerKind = Peer::Kind;

const Peer elsewhere = {PeerKind::other, "elsewhere"};

std::vector<std::string> places_of(const Access& access, const Asked& asked) {
  if (asked.scope == Asked::Scope::of_cluster) return {""};
  std::vector<std::string> places = {""};
  for (const Namespace& one : access.namespaces) places.push_back(one.name);
  for (const char* name : {"default", "kube-system"}) places.emplace_back(name);
  return places;
}

bool holds_in(const Role& role, const std::string& place) {
  return is_cluster_wide(role.may) ||
         std::ranges::find(role.namespaces, place) != role.namespaces.end();
}

void ask(const Access& access, const Role& role, std::vector<Question>& questions) {
  for (const Asked& asked : asked_of_roles())
    for (const std::string& place : places_of(access, asked))
      for (const std::string_view verb : asked.verbs)
        questions.push_back(
            {.role = role.name,
             .verb = std::string(verb),
             .group = std::string(asked.group),
             .resource = std::string(asked.resource),
             .name_space = place,
             .is_allowed = holds_in(role, place) && is_right(role.may, asked, verb)});
}

// The ends of flows that are no declared namespaces.
std::vector<Peer> far_ends(const Access& access) {
  std::vector<Peer> ends;
  if (!access.cluster.ingress_namespace.empty()) ends.push_back({PeerKind::ingress});
  ends.push_back({PeerKind::api_server});
  ends.push_back({PeerKind::outside});
  for (const std::string& other : access.others) ends.push_back({PeerKind::other, other});
  ends.push_back(elsewhere);
  return ends;
}

void add_networks(const Namespace& one, std::vector<Flow>& flows) {
  for (const Peer& peer : one.flows_from)
    if (peer.kind == PeerKind::network) flows.push_back({peer.name, one.name, true});
  for (const Peer& peer : one.flows_to)
    if (peer.kind == PeerKind::network) flows.push_back({one.name, peer.name, true});
}

std::vector<Flow> flows_of(const Access& access) {
  std::vector<Flow> flows;
  const std::vector<Peer> ends = far_ends(access);
  for (const Namespace& to : access.namespaces) {
    for (const Namespace& from : access.namespaces) {
      const bool passes = names(to.flows_from, {PeerKind::declared, from.name}) ||
                          (from.name == to.name && to.is_open_within);
      flows.push_back({from.name, to.name, passes});
    }
    for (const Peer& end : ends) {
      flows.push_back({end.text(), to.name, names(to.flows_from, end)});
      flows.push_back({to.name, end.text(), names(to.flows_to, end)});
    }
    add_networks(to, flows);
  }
  return flows;
}

}  // namespace

Matrix matrix(const Access& access) {
  Matrix all;
  for (const Role& role : access.roles) ask(access, role, all.questions);
  all.flows = flows_of(access);
  return all;
}

}  // namespace provisioner::access

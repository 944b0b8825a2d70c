// Flows as policies.

#include "provisioner/platform/access/network_policies.h"

#include <algorithm>

namespace provisioner::access {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr int dns_port = 53;

Dict of_namespace(const std::string& name) {
  return Dict{
      {"namespaceSelector", Dict{{"matchLabels", Dict{{"kubernetes.io/metadata.name", name}}}}}};
}

Dict block(const std::string& network, List except = {}) {
  Dict body{{"cidr", network}};
  if (!except.empty()) body.set("except", std::move(except));
  return Dict{{"ipBlock", std::move(body)}};
}

// What is no pod, no service and no API.
Dict outside(const Cluster& cluster) {
  List except;
  for (const std::string& subnet : {cluster.pod_subnet, cluster.service_subnet})
    if (!subnet.empty()) except.emplace_back(subnet);
  for (const std::string& address : cluster.control_addresses) except.emplace_back(address + "/32");
  return block("0.0.0.0/0", std::move(except));
}

void add_peers(const Cluster& cluster, const Peer& peer, List& peers) {
  switch (peer.kind) {
    case Peer::Kind::declared:
    case Peer::Kind::other:
      peers.emplace_back(of_namespace(peer.name));
      return;
    case Peer::Kind::pods:
      peers.emplace_back(Dict{{"namespaceSelector", Dict{}}});
      return;
    case Peer::Kind::ingress:
      peers.emplace_back(of_namespace(cluster.ingress_namespace));
      return;
    case Peer::Kind::api_server:
      for (const std::string& address : cluster.control_addresses)
        peers.emplace_back(block(address + "/32"));
      return;
    case Peer::Kind::outside:
      peers.emplace_back(outside(cluster));
      return;
    case Peer::Kind::network:
      peers.emplace_back(block(peer.name));
      return;
  }
}

Value policy(const std::string& name_space, const std::string& name, Dict spec) {
  spec.set("podSelector", Dict{});
  spec.set("policyTypes", List{"Ingress", "Egress"});
  return Dict{{"apiVersion", "networking.k8s.io/v1"},
              {"kind", "NetworkPolicy"},
              {"metadata", Dict{{"name", name}, {"namespace", name_space}}},
              {"spec", std::move(spec)}};
}

List dns_ports() {
  return {Dict{{"protocol", "UDP"}, {"port", dns_port}},
          Dict{{"protocol", "TCP"}, {"port", dns_port}}};
}

Dict to_name_service() {
  Dict pods = of_namespace("kube-system");
  pods.set("podSelector", Dict{{"matchLabels", Dict{{"k8s-app", "kube-dns"}}}});
  return Dict{{"to", List{Value(std::move(pods))}}, {"ports", dns_ports()}};
}

// An empty list of peers would let everybody in, so there is no rule where there are none.
Value declared_flows(const Access& access, const Namespace& one) {
  List from, to;
  if (one.is_open_within) {
    from.emplace_back(Dict{{"podSelector", Dict{}}});
    to.emplace_back(Dict{{"podSelector", Dict{}}});
  }
  for (const Peer& peer : one.flows_from) add_peers(access.cluster, peer, from);
  for (const Peer& peer : one.flows_to) add_peers(access.cluster, peer, to);
  for (const Namespace& other : access.namespaces)
    if (names(other.flows_from, {Peer::Kind::declared, one.name}))
      to.emplace_back(of_namespace(other.name));
  Dict spec;
  if (!from.empty()) spec.set("ingress", List{Dict{{"from", std::move(from)}}});
  List egress = {to_name_service()};
  if (!to.empty()) egress.emplace_back(Dict{{"to", std::move(to)}});
  spec.set("egress", std::move(egress));
  return policy(one.name, "declared-flows", std::move(spec));
}

bool names_the_api(const std::vector<Peer>& peers) {
  return std::ranges::find(peers, Peer::Kind::api_server, &Peer::kind) != peers.end();
}

Value declared_entities(const Namespace& one) {
  const auto entity = [](const char* direction) {
    return List{Dict{{direction, List{"kube-apiserver"}}}};
  };
  Dict spec{{"endpointSelector", Dict{}}};
  if (names_the_api(one.flows_from)) spec.set("ingress", entity("fromEntities"));
  if (names_the_api(one.flows_to)) spec.set("egress", entity("toEntities"));
  return Dict{{"apiVersion", "cilium.io/v2"},
              {"kind", "CiliumNetworkPolicy"},
              {"metadata", Dict{{"name", "declared-entities"}, {"namespace", one.name}}},
              {"spec", std::move(spec)}};
}

}  // namespace

std::vector<Value> network_policies(const Access& access, const Namespace& one) {
  std::vector<Value> policies = {policy(one.name, "default-deny", {}), declared_flows(access, one)};
  if (access.cluster.is_cilium && (names_the_api(one.flows_from) || names_the_api(one.flows_to)))
    policies.push_back(declared_entities(one));
  return policies;
}

}  // namespace provisioner::access

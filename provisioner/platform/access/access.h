#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::access {

// What pods of a namespace may ask of their node: the levels of Kubernetes' Pod Security Standards.
enum class PodSecurity { privileged, baseline, restricted };
std::string_view name_of(PodSecurity level);

// What a role may do. `view`, `edit` and `admin` are Kubernetes' own cluster roles of that name, in
// some namespaces. The others hold for the whole cluster: `audit` reads all but secrets, also who
// may do what; `operate` reads that which `view` does, cordons nodes and drains them;
// `platform_admin` may do anything, as who installs a platform must.
enum class May { view, edit, admin, audit, operate, platform_admin };
std::string_view name_of(May may);  // "platform-admin"
bool is_cluster_wide(May may);

// One end of a flow besides the namespace that declares it. `name` is a namespace's (declared, or
// one of `others`), or a network's as 10.0.0.0/8; "" for the rest.
struct Peer {
  enum class Kind { declared, other, pods, ingress, api_server, outside, network };
  Kind kind = Kind::declared;
  std::string name = {};

  std::string text() const;  // as the declaration has it: "portal", "api-server"
  bool operator==(const Peer&) const = default;
};

// So much of a resource, in Kubernetes' words: {"requests.cpu", "40"}.
struct Amount {
  std::string resource, quantity;
};

// What a container gets that asks for nothing, and between what it may ask.
struct Limits {
  std::vector<Amount> standard, standard_request, most, least;
  bool is_empty() const {
    return standard.empty() && standard_request.empty() && most.empty() && least.empty();
  }
};

struct Namespace {
  std::string name;
  std::string aspect = {}, commons = {};  // what it is a part of; labels, and words for `in`
  PodSecurity pod_security = PodSecurity::baseline;
  std::vector<Amount> quota = {};
  Limits limits = {};
  // Who may open connections to its pods, besides themselves, and to whom its pods may, besides
  // the name service and those declared namespaces that say so.
  std::vector<Peer> flows_from = {}, flows_to = {};
  bool is_open_within = true;  // its pods may talk to each other
};

// Whether a declaration's list has somebody in it, by its name or as one of all pods.
bool names(const std::vector<Peer>& peers, const Peer& peer);

struct Role {
  std::string name;
  std::vector<std::string> groups = {};
  May may = May::view;
  std::vector<std::string> namespaces = {};  // none where it holds for the whole cluster
  bool is_by_oidc = false;  // its people log in at the site's issuer, and not by a certificate
  int hours = 12;           // that a certificate lives

  // The group that a certificate of this role bears: what the role may, and nothing of what else
  // the people of its groups may.
  std::string own_group() const { return "provisioner:" + name; }
};

// Who tells the API by OpenID Connect who somebody is: the inventory's `kubernetes_oidc`. Groups of
// its tokens are known to the API by that prefix.
struct Issuer {
  std::string url, client;
  std::string group_prefix = "oidc:";
  std::vector<std::string> scopes = {"groups"};  // asked for beside openid
};

// What is known of a cluster besides the declaration.
struct Cluster {
  std::string instance;
  std::vector<std::string> control_addresses = {};   // where its API answers, IPv4
  std::string pod_subnet = {}, service_subnet = {};  // 10.244.0.0/16
  std::string ingress_namespace = {};  // where the pods of its ingress run; "" where nobody knows
  bool is_cilium = false;              // whose policies see nodes as entities, not as addresses
  std::optional<Issuer> issuer = {};   // that its API trusts
  std::vector<std::string> platform_namespaces = {};  // that the platform must make itself
};

// The declaration `access` of an instance, checked.
struct Access {
  Cluster cluster = {};
  std::vector<Namespace> namespaces = {};
  std::vector<std::string> others = {};  // namespaces that somebody else makes, named in flows
  std::vector<Role> roles = {};

  bool is_empty() const { return namespaces.empty() && roles.empty(); }
  const Namespace* find(std::string_view name) const;  // of the declared ones
  const Role* role(std::string_view name) const;
};

}  // namespace provisioner::access

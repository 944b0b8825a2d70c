#include "tests/access/cluster_of_objects.h"

#include <algorithm>
#include <cstdint>

#include "provisioner/base/base/text.h"

namespace provisioner::access {
namespace {

using value::Value;

const Value& in(const Value& object, std::initializer_list<const char*> path) {
  static const Value none;
  const Value* at = &object;
  for (const char* key : path)
    if (at = at->find(key); at == nullptr) return none;
  return *at;
}

std::string text(const Value& object, std::initializer_list<const char*> path) {
  const Value& found = in(object, path);
  return found.is_string() ? found.text() : "";
}

bool has(const Value& list, const std::string& word) {
  return list.is_list() && std::ranges::any_of(list.list(), [&](const Value& item) {
           return item.text() == word || item.text() == "*";
         });
}

std::uint32_t number_of(const std::string& address) {
  std::uint32_t number = 0;
  for (const std::string& part : base::split(address, '.'))
    number = number << 8 | static_cast<std::uint32_t>(std::stoi(part));
  return number;
}

bool is_inside(const std::string& address, const std::string& network) {
  const std::size_t slash = network.find('/');
  const int length = std::stoi(network.substr(slash + 1));
  const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
  return ((number_of(address) ^ number_of(network.substr(0, slash))) & mask) == 0;
}

using End = ClusterOfObjects::End;

bool is_block(const Value& block, const End& end) {
  if (end.address.empty() || !is_inside(end.address, text(block, {"cidr"}))) return false;
  const Value& except = in(block, {"except"});
  return !except.is_list() || std::ranges::none_of(except.list(), [&](const Value& network) {
    return is_inside(end.address, network.text());
  });
}

// `own` is the namespace that the policy is in.
bool is_peer(const Value& peer, const End& end, const std::string& own) {
  if (const Value* block = peer.find("ipBlock")) return is_block(*block, end);
  if (!end.address.empty()) return false;
  const Value& name = in(peer, {"namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"});
  const bool is_any = peer.find("namespaceSelector") != nullptr && !name.is_string();
  if (!is_any && end.name_space != (name.is_string() ? name.text() : own)) return false;
  const Value& app = in(peer, {"podSelector", "matchLabels", "k8s-app"});
  return !app.is_string() || app.text() == end.app;
}

bool is_port(const Value& rule, int port) {
  const Value& ports = in(rule, {"ports"});
  return !ports.is_list() || std::ranges::any_of(ports.list(), [&](const Value& one) {
    return in(one, {"port"}).integer() == port;
  });
}

}  // namespace

ClusterOfObjects::ClusterOfObjects(const std::vector<Value>& objects, const Value& cluster_roles) {
  for (const auto& [name, rules] : cluster_roles.dict()) rules_[name.text()] = rules;
  for (const Value& object : objects) {
    const std::string kind = text(object, {"kind"});
    if (kind == "ClusterRole") rules_[text(object, {"metadata", "name"})] = in(object, {"rules"});
    if (kind == "ClusterRoleBinding" || kind == "RoleBinding") bindings_.push_back(object);
    if (kind == "NetworkPolicy") policies_.push_back(object);
  }
}

bool ClusterOfObjects::may(const std::vector<std::string>& groups, const Request& request) const {
  return std::ranges::any_of(bindings_, [&](const Value& object) {
    const std::string place = text(object, {"metadata", "namespace"});
    if (!place.empty() && place != request.name_space) return false;
    const auto& subjects = in(object, {"subjects"}).list();
    const bool is_meant = std::ranges::any_of(subjects, [&](const Value& subject) {
      return text(subject, {"kind"}) == "Group" &&
             std::ranges::find(groups, text(subject, {"name"})) != groups.end();
    });
    if (!is_meant) return false;
    const auto& rules = rules_.at(text(object, {"roleRef", "name"})).list();
    return std::ranges::any_of(rules, [&](const Value& rule) {
      return has(in(rule, {"apiGroups"}), request.group) &&
             has(in(rule, {"resources"}), request.resource) &&
             has(in(rule, {"verbs"}), request.verb) && !rule.dict().has("resourceNames");
    });
  });
}

bool ClusterOfObjects::allows(const Value& policy, const char* rules, const char* peers,
                              const End& other, const End& own, int port) const {
  const Value& all = in(policy, {"spec", rules});
  return all.is_list() && std::ranges::any_of(all.list(), [&](const Value& rule) {
           const Value& ends = in(rule, {peers});
           const bool is_any = !ends.is_list() || ends.list().empty();  // no peers named: everybody
           return is_port(rule, port) &&
                  (is_any || std::ranges::any_of(ends.list(), [&](const Value& one) {
                     return is_peer(one, other, own.name_space);
                   }));
         });
}

bool ClusterOfObjects::is_let(const char* type, const char* rules, const char* peers,
                              const End& own, const End& other, int port) const {
  bool is_isolated = false;
  for (const Value& object : policies_) {
    if (text(object, {"metadata", "namespace"}) != own.name_space ||
        !has(in(object, {"spec", "policyTypes"}), type))
      continue;
    is_isolated = true;
    if (allows(object, rules, peers, other, own, port)) return true;
  }
  return !is_isolated;
}

bool ClusterOfObjects::passes(const End& from, const End& to, int port) const {
  return (!from.address.empty() || is_let("Egress", "egress", "to", from, to, port)) &&
         (!to.address.empty() || is_let("Ingress", "ingress", "from", to, from, port));
}

}  // namespace provisioner::access

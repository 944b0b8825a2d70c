// From an inventory's instance to what `cluster` is asked for.

#include "provisioner/front/cli/cluster_site.h"

#include <algorithm>
#include <iostream>

#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/instance_access.h"
#include "provisioner/front/cli/instance_profile.h"
#include "provisioner/front/cli/named_nodes.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Value;

constexpr int standard_port = 6443;  // of an API that says none

const std::vector<std::string> asked_of_nodes = {"ansible_host",
                                                 "group_names",
                                                 "kubernetes_version",
                                                 "kubernetes_endpoint",
                                                 "kubernetes_node_address",
                                                 "pod_network",
                                                 "node_labels",
                                                 "node_taints"};

bool is_in(const NamedNode& node, const std::string& group) {
  const Value* groups = node.variables.find("group_names");
  return groups != nullptr && groups->is_list() &&
         std::ranges::any_of(groups->list(), [&](const Value& name) {
           return name.is_string() && name.text() == group;
         });
}

std::string text_of(const NamedNode& node, const std::string& variable,
                    const std::string& otherwise = {}) {
  const Value* found = node.variables.find(variable);
  return found == nullptr || found->is_none() ? otherwise : value::Dict::key_text(*found);
}

// "dedicated=qserv:NoSchedule", as kubectl takes it.
kubernetes::Taint taint_of(const std::string& text, const std::string& node) {
  const std::size_t colon = text.rfind(':'), equal = text.find('=');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw Error(Kind::input,
                node + ": a taint is KEY=VALUE:EFFECT or KEY:EFFECT, not '" + text + "'");
  const bool has_value = equal != std::string::npos && equal < colon;
  return {text.substr(0, has_value ? equal : colon),
          has_value ? text.substr(equal + 1, colon - equal - 1) : "", text.substr(colon + 1)};
}

kubernetes::WishedNode wished(const NamedNode& node) {
  if (node.problem) throw *node.problem;
  kubernetes::WishedNode wish{
      .name = node.name, .address = text_of(node, "kubernetes_node_address", node.ssh_address())};
  if (const Value* labels = node.variables.find("node_labels");
      labels != nullptr && labels->is_dict())
    for (const auto& [key, label] : labels->dict())
      wish.labels[value::Dict::key_text(key)] = value::Dict::key_text(label);
  if (const Value* taints = node.variables.find("node_taints");
      taints != nullptr && taints->is_list())
    for (const Value& taint : taints->list())
      wish.taints.push_back(taint_of(value::Dict::key_text(taint), node.name));
  return wish;
}

kubernetes::Version version_in(const NamedNode& node) {
  const std::string text = text_of(node, "kubernetes_version");
  const auto version = kubernetes::version_of(text);
  if (!version)
    throw Error(
        Kind::input,
        node.name + ": 'kubernetes_version' is a release like v1.34.4, found '" + text + "'");
  return *version;
}

kubernetes::Endpoint endpoint_of(const NamedNode& node) {
  const Value* found = node.variables.find("kubernetes_endpoint");
  if (found == nullptr)
    throw Error(Kind::input, node.name +
                                 ": 'kubernetes_endpoint' is missing: the name, the address "
                                 "and the port that the API is reached by");
  return {value::text_or(*found, "name", ""), value::text_or(*found, "address", "")};
}

void read_node(const NamedNode& node, ClusterSite& site) {
  if (is_in(node, "control")) {
    if (site.wish.control.empty()) {
      site.wish.version = version_in(node);
      site.wish.endpoint = endpoint_of(node);
      site.api_port = static_cast<int>(
          value::integer_or(*node.variables.find("kubernetes_endpoint"), "port", standard_port));
      site.wish.pod_network = text_of(node, "pod_network", "flannel");  // as the role has it
      site.first_address = node.ssh_address();
    }
    site.wish.control.push_back(wished(node));
  } else if (is_in(node, "worker")) {
    site.wish.workers.push_back(wished(node));
  }
  if (is_in(node, "monitoring")) site.monitoring.push_back(node.name);
  if (is_in(node, "bastion")) site.bastions.push_back(node.name);
  if (is_in(node, "registry")) site.registry.push_back(node.name);
}

}  // namespace

ClusterSite cluster_site(const RunWords& words, const std::string& instance) {
  std::vector<std::string> asked = asked_of_nodes;
  for (const std::vector<std::string>* more : {&profile_variables, &access_variables})
    asked.insert(asked.end(), more->begin(), more->end());
  const auto nodes = named_nodes({words, "instance_" + instance}, asked);
  if (!nodes) throw Error(Kind::input, "the inventory has mistakes");
  ClusterSite site;
  site.wish.instance = instance;
  for (const NamedNode& node : *nodes) read_node(node, site);
  base::Diagnostics diagnostics;
  kubernetes::check(site.wish, diagnostics);
  if (!site.wish.control.empty()) {
    const auto first = std::ranges::find(*nodes, site.wish.control.front().name, &NamedNode::name);
    site.profile = instance_profile(*first, diagnostics);
    check_components(*first, site.profile, site.wish, site.component_mistakes);
    site.access = instance_access(*first, site.profile, site.wish, site.access_mistakes);
  }
  if (diagnostics.has_errors()) {
    std::cerr << diagnostics.render(", nothing was done") << "\n";
    throw Error(Kind::input, "the inventory makes no cluster of instance '" + instance + "'");
  }
  return site;
}

}  // namespace provisioner::cli

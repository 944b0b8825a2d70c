// From an inventory's instance to what `cluster` is asked for.

#include "provisioner/front/cli/cluster_site.h"

#include <algorithm>
#include <iostream>
#include <optional>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/value/strict_dict.h"
#include "provisioner/front/cli/instance_access.h"
#include "provisioner/front/cli/instance_around.h"
#include "provisioner/front/cli/instance_profile.h"
#include "provisioner/front/cli/instance_variables.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/platform/profile/volumes.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::StrictDict;
using value::Value;

constexpr int last_port = 65535;
constexpr int slowest_factor = 100;
constexpr std::size_t most_wrong = 3;  // letters of a name that is misspelt

const std::vector<std::string> asked_of_nodes = {"ansible_host",
                                                 "group_names",
                                                 "kubernetes_version",
                                                 "kubernetes_endpoint",
                                                 "kubernetes_node_address",
                                                 "pod_network",
                                                 "deadline_factor",
                                                 "kubernetes_arguments",
                                                 "node_labels",
                                                 "node_taints",
                                                 "local_volumes",
                                                 "registry_kind",
                                                 "instance_name"};

// As kubeadm calls them (kubeadm.k8s.io/v1beta4, ClusterConfiguration).
const std::vector<std::string> programs_with_options = {"apiServer", "controllerManager",
                                                        "scheduler", "etcd"};

bool is_in(const NamedNode& node, const std::string& group) {
  const Value* groups = node.variables.find("group_names");
  return groups != nullptr && groups->is_list() &&
         std::ranges::any_of(groups->list(), [&](const Value& name) {
           return name.is_string() && name.text() == group;
         });
}

// "dedicated=qserv:NoSchedule", as kubectl takes it.
std::optional<kubernetes::Taint> taint_of(const std::string& text) {
  const std::size_t colon = text.rfind(':'), equal = text.find('=');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size()) return std::nullopt;
  const bool has_value = equal != std::string::npos && equal < colon;
  return kubernetes::Taint{text.substr(0, has_value ? equal : colon),
                           has_value ? text.substr(equal + 1, colon - equal - 1) : "",
                           text.substr(colon + 1)};
}

kubernetes::WishedNode wished(const NamedNode& node, StrictDict& said) {
  kubernetes::WishedNode wish{.name = node.name,
                              .address = said.text("kubernetes_node_address", node.ssh_address())};
  for (const char* variable : {"kubernetes_node_address", "ansible_host"})
    if (const Value* found = said.find(variable); found != nullptr && !wish.pos.is_known())
      wish.pos = found->pos();
  StrictDict labels = said.below("node_labels");
  for (const auto& [name, label] : labels.value().dict()) {
    const std::string key = value::Dict::key_text(name);
    wish.labels[key] = value::Dict::key_text(label);
    wish.places[key] = label.pos();
  }
  for (const Value& item : said.texts("node_taints"))
    if (const auto taint = taint_of(item.text())) {
      wish.taints.push_back(*taint);
      wish.places[taint->text()] = item.pos();
    } else {
      said.add_at(
          node.name + ": a taint is KEY=VALUE:EFFECT or KEY:EFFECT, not '" + item.text() + "'",
          item);
    }
  return wish;
}

// That a node lacks a variable, where one of another name is near that might have been meant, else
// where the node is named.
Error lacking(const NamedNode& node, const std::string& variable, const std::string& what,
              const std::string& example) {
  const std::string message = node.name + ": '" + variable + "' is missing: " + what;
  Error error(Kind::input, message,
              node.inventory ? node.inventory->host(node.name)->pos : base::Pos());
  error.set_hint(variable + ": " + example);
  if (!node.inventory) return error;
  const value::Dict& said = node.inventory->variables(node.name);
  std::vector<std::string> names;  // but its own, with nothing behind it
  for (const auto& [key, unused] : said)
    if (std::string name = value::Dict::key_text(key); name != variable)
      names.push_back(std::move(name));
  const auto near = base::nearest(variable, names, most_wrong);
  if (!near) return error;
  const auto entry = std::ranges::find_if(
      said, [&](const auto& one) { return value::Dict::key_text(one.key) == *near; });
  return Error(Kind::input, message,
               entry->key.pos().is_known() ? entry->key.pos() : entry->value.pos())
      .set_hint("'" + *near + "' stands here: did you mean '" + variable + "'?");
}

kubernetes::Version version_in(const NamedNode& node, StrictDict& said) {
  if (!said.is_said("kubernetes_version")) {
    value::add_once(said.diagnostics(),
                    lacking(node, "kubernetes_version", "a release that the lock has", "v1.34.4"));
    return {};
  }
  const std::string text = said.text("kubernetes_version");
  const auto version = kubernetes::version_of(text);
  const bool is_told = !said.find("kubernetes_version")->is_string();
  if (!version && !is_told)
    said.add(node.name + ": 'kubernetes_version' is a release like v1.34.4, found '" + text + "'",
             "kubernetes_version");
  return version.value_or(kubernetes::Version());
}

// What is wrong with it by a mistake that was told is no other one: false where there is one.
bool take_endpoint(const NamedNode& node, ClusterSite& site, base::Diagnostics& diagnostics) {
  const Value variables(node.variables);
  StrictDict said(&variables, "", variables, diagnostics);
  if (!said.is_said("kubernetes_endpoint")) {
    value::add_once(diagnostics,
                    lacking(node, "kubernetes_endpoint",
                            "the name, the address and the port that the API is reached by",
                            "{name: api.example.org, address: 10.23.0.5, port: 8443}"));
    return false;
  }
  const std::size_t told = diagnostics.errors().size();
  StrictDict endpoint = said.below("kubernetes_endpoint");
  site.wish.endpoint = {endpoint.text("name"), endpoint.text("address"), endpoint.value().pos()};
  site.api_port =
      static_cast<int>(endpoint.number("port", 1, last_port, instance::standard_api_port));
  return diagnostics.errors().size() == told;
}

// Of other programs kubeadm has no options, and theirs would go unseen.
void check_arguments(StrictDict& said) {
  StrictDict arguments = said.below("kubernetes_arguments");
  arguments.know(programs_with_options);
  for (const std::string& program : programs_with_options) arguments.below(program);
}

// A variable that inventories have for their own templates; another name there would go unseen.
void check_name(StrictDict& said, const std::string& instance) {
  const std::string name = said.text("instance_name", instance);
  if (name != instance)
    said.add("'instance_name' is '" + name + "', and the instance is '" + instance + "'",
             "instance_name", "instance_name: " + instance + ", as its group is called");
}

void read_node(const NamedNode& node, ClusterSite& site, base::Diagnostics& diagnostics) {
  if (node.problem) throw *node.problem;  // of such a one not even its groups are known
  const Value variables(node.variables);
  StrictDict said(&variables, "", variables, diagnostics);
  if (is_in(node, "control")) {
    if (site.wish.control.empty()) {
      check_name(said, site.wish.instance);
      site.wish.version = version_in(node, said);
      check_arguments(said);
      site.wish.pod_network = said.text("pod_network", "flannel");  // as the role has it
      site.wish.deadline_factor =
          static_cast<int>(said.number("deadline_factor", 1, slowest_factor, 1));
      site.first_address = node.ssh_address();
    }
    site.wish.control.push_back(wished(node, said));
  } else if (is_in(node, "worker")) {
    site.wish.workers.push_back(wished(node, said));
  }
  profile::check_local_volumes(said.find("local_volumes"), site.component_mistakes);
  if (is_in(node, "monitoring")) site.monitoring.push_back(node.name);
  if (is_in(node, "bastion")) site.bastions.push_back(node.name);
  if (!is_in(node, "registry")) return;
  site.registry.push_back(node.name);
  if (said.text("registry_kind", "distribution") == "distribution")
    site.own_registry.push_back(node.name);
}

// What else is said wrongly is told with it; what lacks is not, since it may lack by a mistake.
void tell_mistakes(base::Diagnostics diagnostics, const ClusterSite& site) {
  const std::string& instance = site.wish.instance;
  if (!diagnostics.has_errors()) return;
  const base::Diagnostics mistakes = site.mistakes();
  for (const Error& more : mistakes.errors())
    if (more.pos().is_known()) value::add_once(diagnostics, more);
  std::cerr << diagnostics.render(", nothing was done") << "\n";
  throw Error(Kind::input, "the inventory makes no cluster of instance '" + instance + "'");
}

}  // namespace

std::string ClusterSite::api_url() const {
  return "https://" + wish.endpoint.name + ":" + std::to_string(api_port);
}

base::Diagnostics ClusterSite::mistakes() const {
  base::Diagnostics all;
  for (const base::Diagnostics* some : {&component_mistakes, &access_mistakes}) {
    for (const Error& error : some->errors()) value::add_once(all, error);
    for (const Error& warning : some->warnings()) all.warn(warning);
  }
  return all;
}

std::vector<std::string> site_variables() {
  std::vector<std::string> asked = asked_of_nodes;
  for (const std::vector<std::string>* more : {&profile_variables, &access_variables})
    asked.insert(asked.end(), more->begin(), more->end());
  return asked;
}

ClusterSite site_of(const std::string& instance, const std::vector<NamedNode>& nodes,
                    base::Diagnostics& diagnostics) {
  ClusterSite site;
  site.wish.instance = instance;
  for (const NamedNode& node : nodes) read_node(node, site, diagnostics);
  kubernetes::check_members(site.wish, diagnostics);
  if (!site.wish.control.empty()) {
    const auto first = std::ranges::find(nodes, site.wish.control.front().name, &NamedNode::name);
    if (take_endpoint(*first, site, diagnostics))
      kubernetes::check_endpoint(site.wish, diagnostics);
    site.profile = instance_profile(*first, diagnostics);
    check_components(*first, site.profile, site.wish, site.component_mistakes);
    site.access = instance_access(*first, site.profile, site.wish, site.access_mistakes);
    check_variables(nodes, *first, site);
  }
  return site;
}

ClusterSite cluster_site(const RunWords& words, const std::string& instance) {
  base::Diagnostics diagnostics;
  const std::vector<NamedNode> nodes = require_nodes(
      {.run = words, .pattern = {}, .instance = instance, .if_known = checked_variables()},
      site_variables());
  ClusterSite site = site_of(instance, nodes, diagnostics);
  tell_mistakes(std::move(diagnostics), site);
  return site;
}

}  // namespace provisioner::cli

// What may be asked for.

#include "provisioner/cluster/kubernetes/wish.h"

#include <algorithm>
#include <set>

#include "provisioner/base/base/dns_name.h"
#include "provisioner/base/base/regex.h"

namespace provisioner::kubernetes {
namespace {

using base::Diagnostics;
using base::Error;
using base::Kind;

constexpr std::size_t longest_label = 63;
constexpr std::size_t most_control_nodes = 5;
const std::string form_of_words =
    "at most 63 letters, digits, '-', '_' and '.', a letter or digit at both ends";

// https://kubernetes.io/docs/concepts/overview/working-with-objects/names
bool is_label_word(const std::string& text) {
  static const base::Regex form(R"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)");
  if (text.empty() || text.size() > longest_label) return false;
  const auto found = form.match_start(text);
  return found && found->end() == text.size();
}

bool is_label_key(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return is_label_word(text);
  return base::is_dns_name(text.substr(0, slash)) && is_label_word(text.substr(slash + 1));
}

bool is_label_value(const std::string& text) { return text.empty() || is_label_word(text); }

void check_count(const ClusterWish& wish, Diagnostics& diagnostics) {
  const std::size_t count = wish.control.size();
  if (count % 2 == 1 && count <= most_control_nodes) return;
  const std::string has = "instance '" + wish.instance + "' has " + std::to_string(count) +
                          " control-plane nodes; there may be 1, 3 or 5: ";
  std::string because = "with two, either of them takes the quorum of etcd with it";
  if (count == 0)
    because = "somewhere the cluster must begin";
  else if (count > most_control_nodes)
    because = "with more, each write waits for more disks and nothing gets safer";
  else if (count != 2)
    because = "four bear the loss of one as three do, and have one more to lose";
  diagnostics.add(Error(Kind::input, has + because)
                      .set_hint("put nodes into its group 'control', or take them out"));
}

void check_form(const WishedNode& node, Diagnostics& diagnostics) {
  const auto add = [&](const std::string& message, const std::string& hint, const base::Pos& pos) {
    diagnostics.add(Error(Kind::input, message, pos).set_hint(hint));
  };
  const std::string of = "node '" + node.name + "': ";
  if (!base::is_dns_name(node.name))
    add("'" + node.name + "' cannot be the name of a node in Kubernetes",
        "lower-case letters, digits, '-' and '.', a letter or digit at both ends (RFC 1123)",
        node.pos);
  if (node.address.empty()) add(of + "it has no address for the cluster", "", node.pos);
  for (const auto& [key, text] : node.labels) {
    if (!is_label_key(key))
      add(of + "'" + key + "' cannot be the key of a label",
          form_of_words + ", and before it perhaps a DNS name with '/'", node.place_of(key));
    if (!is_label_value(text))
      add(of + "'" + text + "' cannot be the value of a label ('" + key + "')", form_of_words,
          node.place_of(key));
  }
  for (const Taint& taint : node.taints) {
    const base::Pos& pos = node.place_of(taint.text());
    if (!is_label_key(taint.key) || !is_label_value(taint.value))
      add(of + "'" + taint.text() + "' cannot be a taint", "KEY=VALUE:EFFECT", pos);
    if (taint.effect != "NoSchedule" && taint.effect != "PreferNoSchedule" &&
        taint.effect != "NoExecute")
      add(of + "taint '" + taint.text() + "' has an effect that there is not",
          "NoSchedule, PreferNoSchedule or NoExecute", pos);
  }
}

void check_once(const ClusterWish& wish, Diagnostics& diagnostics) {
  std::set<std::string> names;
  std::map<std::string, std::string> owners;  // of addresses
  const auto add = [&](const WishedNode& node, const std::string& message) {
    diagnostics.add(Error(Kind::input, message, node.pos));
  };
  for (const WishedNode* node : wish.nodes()) {
    if (!names.insert(node->name).second)
      add(*node, "'" + node->name +
                     (wish.control_node(node->name) != nullptr && wish.worker(node->name) != nullptr
                          ? "' is asked for as a control-plane node and as a worker"
                          : "' is asked for twice"));
    else if (const auto [owner, is_new] = owners.emplace(node->address, node->name);
             !is_new && !node->address.empty())
      add(*node,
          "'" + node->name + "' has the address of '" + owner->second + "': " + node->address);
  }
}

const WishedNode* find(const std::vector<WishedNode>& nodes, const std::string& name) {
  const auto found = std::ranges::find(nodes, name, &WishedNode::name);
  return found == nodes.end() ? nullptr : &*found;
}

}  // namespace

std::string Taint::text() const { return key + (value.empty() ? "" : "=" + value) + ":" + effect; }

std::string Taint::key_and_effect() const { return key + ":" + effect; }

const base::Pos& WishedNode::place_of(const std::string& label_or_taint) const {
  const auto found = places.find(label_or_taint);
  return found == places.end() ? pos : found->second;
}

const WishedNode* ClusterWish::control_node(const std::string& name) const {
  return find(control, name);
}

const WishedNode* ClusterWish::worker(const std::string& name) const { return find(workers, name); }

bool ClusterWish::names(const std::string& node) const {
  return control_node(node) != nullptr || worker(node) != nullptr;
}

std::vector<const WishedNode*> ClusterWish::nodes() const {
  std::vector<const WishedNode*> all;
  for (const WishedNode& node : control) all.push_back(&node);
  for (const WishedNode& node : workers) all.push_back(&node);
  return all;
}

std::vector<std::string> ClusterWish::node_names() const {
  std::vector<std::string> names = control_names();
  for (const WishedNode& node : workers) names.push_back(node.name);
  return names;
}

std::vector<std::string> ClusterWish::control_names() const {
  std::vector<std::string> names;
  for (const WishedNode& node : control) names.push_back(node.name);
  return names;
}

void check_members(const ClusterWish& wish, Diagnostics& diagnostics) {
  check_count(wish, diagnostics);
  for (const WishedNode* node : wish.nodes()) check_form(*node, diagnostics);
  check_once(wish, diagnostics);
}

void check_endpoint(const ClusterWish& wish, Diagnostics& diagnostics) {
  const auto add = [&](const std::string& message, const std::string& hint) {
    diagnostics.add(
        Error(Kind::input, "instance '" + wish.instance + "': " + message, wish.endpoint.pos)
            .set_hint(hint));
  };
  if (wish.endpoint.name.empty())
    add("the API has no name", "it is in all certificates and cannot be changed later");
  if (wish.control.size() < 2) return;
  for (const WishedNode& node : wish.control)
    if (!node.address.empty() && wish.endpoint.address == node.address)
      add("the API's address " + node.address + " is that of '" + node.name + "'",
          "with several control-plane nodes it is one that moves between them");
}

std::string peer_url(const WishedNode& node) {
  const bool is_v6 = node.address.find(':') != std::string::npos;
  return "https://" + (is_v6 ? "[" + node.address + "]" : node.address) + ":2380";
}

}  // namespace provisioner::kubernetes

// A cluster as its nodes tell of it.

#include "provisioner/front/cli/cluster_look.h"

#include <algorithm>
#include <atomic>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/kubernetes/read_etcd.h"
#include "provisioner/cluster/kubernetes/read_nodes.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/cluster_look_script.h"
#include "provisioner/front/cli/engine_deadline.h"
#include "provisioner/front/cli/task_ends.h"

namespace provisioner::cli {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr const char* task_name = "look";
constexpr std::chrono::seconds longest_look{90};
constexpr int longest_connect = 10;  // seconds

std::string look_playbook(const std::vector<std::string>& nodes) {
  Dict task{{"name", task_name},     {"shell", std::string(cluster_look_script())},
            {"check_mode", false},   {"changed_when", false},
            {"ignore_errors", true}, {"timeout", 60}};
  const Dict play{{"hosts", List(nodes.begin(), nodes.end())},
                  {"gather_facts", false},
                  {"become", true},
                  {"ignore_unreachable", true},
                  {"tasks", List{Value(std::move(task))}}};
  return value::write_json(Value(List{Value(play)}));
}

using Sections = std::map<std::string, std::string>;

std::string section(const Sections& sections, const std::string& name) {
  const auto found = sections.find(name);
  return found == sections.end() ? "" : std::string(base::trim(found->second));
}

// Who is cut off from the others sees them all as ill: a member is well where anybody has seen it
// decide.
void add_view(const std::vector<kubernetes::EtcdMember>& seen,
              std::vector<kubernetes::EtcdMember>& all) {
  for (std::size_t at = 0; at < all.size(); ++at) {
    all[at].is_healthy |= seen[at].is_healthy;
    all[at].is_without_space |= seen[at].is_without_space;
    all[at].is_corrupt |= seen[at].is_corrupt;
    all[at].size = std::max(all[at].size, seen[at].size);
    if (all[at].problem.empty()) all[at].problem = seen[at].problem;
  }
  for (kubernetes::EtcdMember& member : all)
    if (member.is_healthy) member.problem.clear();
}

// What the members say of each other, where each that answers is asked for its own list.
void add_etcd(const std::map<std::string, Sections>& said, kubernetes::ClusterSight& sight) {
  std::vector<kubernetes::EtcdView> views;
  for (const auto& [node, sections] : said)
    if (const std::string list = section(sections, "members"); !list.empty())
      views.push_back(kubernetes::read_member_list(node, list));
  if (views.empty()) return;
  kubernetes::EtcdSight etcd = kubernetes::etcd_sight(std::move(views));
  const std::vector<kubernetes::EtcdMember> listed = etcd.members;
  for (const auto& [node, sections] : said) {
    std::vector<kubernetes::EtcdMember> seen = listed;
    if (const std::string text = section(sections, "status"); !text.empty())
      kubernetes::add_endpoint_status(text, seen);
    if (const std::string text = section(sections, "health"); !text.empty())
      kubernetes::add_endpoint_health(text, seen);
    add_view(seen, etcd.members);
  }
  sight.etcd = std::move(etcd);
}

// The first that could ask the API speaks for all.
void add_api(const std::map<std::string, Sections>& said, kubernetes::ClusterSight& sight) {
  for (const auto& [node, sections] : said) {
    const std::string nodes = section(sections, "nodes");
    if (nodes.empty()) continue;
    sight.is_api_up = true;
    for (auto& [name, listed] : kubernetes::read_listed_nodes(nodes))
      sight.nodes[name].listed = std::move(listed);
    sight.configured = kubernetes::version_of(section(sections, "configured"));
    sight.proxy = kubernetes::version_of(section(sections, "proxy"));
    const std::string network = section(sections, "network");
    sight.has_pod_network = !network.empty();
    sight.pod_network = network == "kube-flannel-ds" ? "flannel" : network;
    return;
  }
}

}  // namespace

std::map<std::string, std::string> sections_of(const std::string& said) {
  std::map<std::string, std::string> sections;
  std::string* into = nullptr;
  for (const std::string_view line : base::lines_of(said)) {
    constexpr std::string_view head = "== ";
    if (line.starts_with(head))
      into = &sections[std::string(line.substr(head.size()))];
    else if (into != nullptr)
      into->append(line).push_back('\n');
  }
  return sections;
}

kubernetes::ClusterSight look_at_cluster(const RunWords& words,
                                         const kubernetes::ClusterWish& wish) {
  return look_at_cluster(words, asking_options(words), wish);
}

kubernetes::ClusterSight look_at_cluster(const RunWords& words, run::Options options,
                                         const kubernetes::ClusterWish& wish) {
  std::vector<std::string> nodes;
  for (const kubernetes::WishedNode* node : wish.nodes()) nodes.push_back(node->name);
  options.timeout = std::min(options.timeout, longest_connect);
  std::atomic<int> stop{0};
  TaskEnds ends;
  {
    const EngineDeadline deadline(longest_look, stop);
    ask_nodes(words, std::move(options), look_playbook(nodes), nodes, ends, stop);
  }
  kubernetes::ClusterSight sight;
  std::map<std::string, Sections> said;
  for (const std::string& node : nodes) {
    const store::Event* end = ends.of(node, task_name);
    const Value* result = end == nullptr ? nullptr : end->data.find("result");
    if (result == nullptr || value::integer_or(*result, "rc", 1) != 0) continue;
    said[node] = sections_of(value::text_or(*result, "stdout", ""));
    sight.nodes[node] = kubernetes::read_node(
        node, value::read_json(section(said[node], "facts"), "<" + node + ">"));
  }
  add_etcd(said, sight);
  add_api(said, sight);
  return sight;
}

}  // namespace provisioner::cli

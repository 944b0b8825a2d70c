// A cluster as its nodes tell of it.

#include "provisioner/front/cli/cluster_look.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/kubernetes/certificates.h"
#include "provisioner/cluster/kubernetes/read_budgets.h"
#include "provisioner/cluster/kubernetes/read_etcd.h"
#include "provisioner/cluster/kubernetes/read_nodes.h"
#include "provisioner/front/cli/ask_nodes.h"
#include "provisioner/front/cli/cluster_certs_script.h"
#include "provisioner/front/cli/cluster_look_script.h"
#include "provisioner/front/cli/node_answers.h"

namespace provisioner::cli {
namespace {

using Sections = std::map<std::string, std::string>;

// As it stands: cells of its lines may be empty.
std::string lines_in(const Sections& sections, const std::string& name) {
  const auto found = sections.find(name);
  return found == sections.end() ? "" : found->second;
}

std::string section(const Sections& sections, const std::string& name) {
  return std::string(base::trim(lines_in(sections, name)));
}

// Who is cut off from the others sees them all as ill: a member is well where anybody has seen it
// decide.
void add_view(const std::vector<kubernetes::EtcdMember>& seen,
              std::vector<kubernetes::EtcdMember>& all) {
  for (std::size_t at = 0; at < all.size(); ++at) {
    all[at].is_healthy |= seen[at].is_healthy;
    all[at].is_without_space |= seen[at].is_without_space;
    all[at].is_corrupt |= seen[at].is_corrupt;
    all[at].is_elsewhere |= seen[at].is_elsewhere;
    all[at].is_leader |= seen[at].is_leader;
    all[at].size = std::max(all[at].size, seen[at].size);
    if (all[at].problem.empty()) all[at].problem = seen[at].problem;
  }
  for (kubernetes::EtcdMember& member : all) {
    member.is_healthy = member.is_healthy && !member.is_elsewhere;
    if (member.is_healthy) member.problem.clear();
  }
}

void add_left_alarms(const std::vector<kubernetes::MemberId>& told, kubernetes::EtcdSight& etcd) {
  for (const kubernetes::MemberId id : told)
    if (id == kubernetes::MemberId{})
      etcd.is_undecided = true;
    else if (std::ranges::find(etcd.left_alarms, id) == etcd.left_alarms.end())
      etcd.left_alarms.push_back(id);
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
    if (const std::string text = section(sections, "status"); !text.empty()) {
      kubernetes::add_endpoint_status(text, seen);
      add_left_alarms(kubernetes::alarms_of_others(text, listed), etcd);
    }
    if (const std::string text = section(sections, "health"); !text.empty())
      kubernetes::add_endpoint_health(text, seen);
    add_view(seen, etcd.members);
  }
  sight.etcd = std::move(etcd);
}

// By the clock of a node that was asked; nullopt: it told none.
std::optional<std::chrono::sys_seconds> seconds_of(const std::string& told) {
  const std::string_view digits = base::trim(told);
  std::int64_t seconds = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (digits.empty() || read.ec != std::errc()) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

// The first that could ask the API speaks for all.
void add_api(const std::map<std::string, Sections>& said, kubernetes::ClusterSight& sight) {
  for (const auto& [node, sections] : said) {
    const std::string nodes = section(sections, "nodes");
    if (nodes.empty()) continue;
    sight.is_api_up = true;
    for (auto& [name, listed] :
         kubernetes::read_listed_nodes(nodes, seconds_of(section(sections, "now"))))
      sight.nodes[name].listed = std::move(listed);
    sight.configured = kubernetes::version_of(section(sections, "configured"));
    sight.proxy = kubernetes::version_of(section(sections, "proxy"));
    const std::string network = section(sections, "network");
    sight.has_pod_network = !network.empty();
    sight.pod_network = network == "kube-flannel-ds" ? "flannel" : network;
    sight.held_pods =
        kubernetes::read_held_pods(lines_in(sections, "budgets"), lines_in(sections, "pods"));
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

kubernetes::ClusterSight sight_of(const std::map<std::string, std::string>& said) {
  kubernetes::ClusterSight sight;
  std::map<std::string, Sections> told;
  for (const auto& [node, text] : said) {
    told[node] = sections_of(text);
    sight.nodes[node] = kubernetes::read_node(
        node, value::read_json(section(told[node], "facts"), "<" + node + ">"));
    for (kubernetes::Certificate& one :
         kubernetes::read_certificates(node, lines_in(told[node], "certificates")))
      sight.certificates.push_back(std::move(one));
  }
  add_etcd(told, sight);
  add_api(told, sight);
  return sight;
}

std::string look_script() {
  // In a shell of its own: a node that cannot tell of its certificates has answered all the same.
  return std::string(cluster_look_script()) + "(\n" + std::string(cluster_certs_script()) +
         ")\nexit 0\n";
}

kubernetes::ClusterSight look_at_cluster(const RunWords& words, const kubernetes::ClusterWish& wish,
                                         const LookMore& more) {
  return look_at_cluster(words, asking_options(words), wish, more);
}

kubernetes::ClusterSight look_at_cluster(const RunWords& words, run::Options options,
                                         const kubernetes::ClusterWish& wish,
                                         const LookMore& more) {
  const std::string script = look_script();
  NodeQuestion question{.script = script,
                        .environment = {{"DEADLINE_FACTOR", std::to_string(wish.deadline_factor)},
                                        {"CERTIFICATES", more.certificates ? "yes" : ""},
                                        {"BUDGETS", more.budgets ? "yes" : ""}}};
  question.longest *= wish.deadline_factor;
  question.together *= wish.deadline_factor;
  const NodeAnswers answers = ask_each(words, std::move(options), wish.node_names(), question);
  kubernetes::ClusterSight sight = sight_of(answers.said);
  for (const auto& [node, why] : answers.silent) sight.nodes[node].silence = why;
  return sight;
}

}  // namespace provisioner::cli

// provisioner cluster up, status, remove, rejoin, drain, uncordon; the others have files of
// their own.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <set>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/cluster/kubernetes/alarms.h"
#include "provisioner/cluster/kubernetes/authority.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/kubernetes/removal.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_admission.h"
#include "provisioner/front/cluster/cluster_certs.h"
#include "provisioner/front/cluster/cluster_components.h"
#include "provisioner/front/cluster/cluster_down.h"
#include "provisioner/front/cluster/cluster_etcd.h"
#include "provisioner/front/cluster/cluster_leave.h"
#include "provisioner/front/cluster/cluster_options.h"
#include "provisioner/front/cluster/cluster_plan.h"
#include "provisioner/front/cluster/cluster_registry.h"
#include "provisioner/front/cluster/cluster_session.h"
#include "provisioner/front/cluster/cluster_settings.h"
#include "provisioner/front/cluster/cluster_upgrade.h"
#include "provisioner/front/cluster/commands.h"
#include "provisioner/front/cluster/instance_held.h"
#include "provisioner/front/cluster/instance_waves.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;
using Words = ClusterWords;

// Its members stand, and only who passes connections on to them may not.
bool lacks_endpoint_alone(const ClusterSession& session) {
  const kubernetes::ClusterWish& wish = session.work().site.wish;
  const kubernetes::ClusterSight& sight = session.sight();
  return !sight.is_api_up && authority_of(wish, sight) && vote_objections(wish, sight).empty() &&
         !alarm_objection(*sight.etcd);
}

// Until all nodes are in that can be. What does not become ready is waited for once.
bool bring_members_in(ClusterSession& session) {
  Seeding seeding = bring_registry(session);
  std::set<std::string> awaited;
  const auto next_for_up = [&](const kubernetes::ClusterWish& wish,
                               const kubernetes::ClusterSight& sight, const std::string&) {
    kubernetes::Next next = next_step(wish, sight, awaited);
    if (next.step && next.step->act == kubernetes::Act::wait_ready)
      awaited.insert(next.step->nodes.begin(), next.step->nodes.end());
    const bool needs_images = !next.step || next.step->act != kubernetes::Act::prepare;
    if (needs_images) seeding.finish();
    return next;
  };
  session.set_variable("cluster_goes_on_unready", true);
  if (session.follow(next_for_up)) return true;
  if (!lacks_endpoint_alone(session)) return false;
  bring_endpoint(session.work(), session.sight());
  return session.follow(next_for_up);
}

bool bring_up(ClusterSession& session) {
  const bool is_whole = bring_members_in(session);
  if (!is_whole && !session.next().is_done_for_rest()) return false;
  const kubernetes::Next left = session.next();
  bring_settings(session);
  bring_components(session);
  if (const auto registry = require_admission(session.work().words, session.work().site))
    bring_admission(session.work(), session.sight(), *registry);
  const kubernetes::ClusterWish& wish = session.work().site.wish;
  if (!is_whole) {
    std::cout << "'" << wish.instance << "' is up, API at " << wish.endpoint.name
              << ", but not as the inventory says:\n";
    tell(notes_of({.objections = left.objections}));
    return false;
  }
  std::cout << "'" << wish.instance << "' is up: " << base::counted(wish.nodes().size(), "node")
            << ", API at " << wish.endpoint.name << "\n";
  return true;
}

struct UpWords {
  Words cluster;
  MeantInstances meant;
};

bool up_one(const Words& words) {
  if (!check_held(words.run, words.instance, {.goes_beyond = words.goes_beyond})) return false;
  ClusterSession session(words);
  session.look_for({.certificates = true});
  require_admission(words.run, session.work().site);
  return is_complete(session.work(), session.store()) && bring_up(session);
}

// What comes later is not begun where what goes before it is not up.
int up(const UpWords& words) {
  const auto work = [&](const std::string& instance) {
    Words one = words.cluster;
    one.instance = instance;
    return up_one(one);
  };
  return in_waves(words.cluster.run, words.meant, AfterFault::stops, work) ? cli::exit_fine
                                                                           : cli::exit_not_so;
}

std::string state_of(const kubernetes::NodeSight& node) {
  if (!node.answers && !node.listed) return "silent";
  if (!node.listed) return node.has_traces() ? "no member, with traces" : "no member";
  std::string state = node.listed->is_ready ? "ready" : "not ready";
  if (node.listed->is_cordoned) state += ", cordoned";
  return node.answers ? state : state + ", silent";
}

int status(const Words& words) {
  const cli::ClusterSite site = cli::cluster_site(words.run, words.instance);
  const kubernetes::ClusterSight sight =
      cli::look_at_cluster(words.run, site.wish, {.certificates = true});
  const kubernetes::Next next = next_step(site.wish, sight);
  cli::Table table({"NODE", "ROLE", "STATE", "KUBELET", "ETCD"});
  List items;
  for (const kubernetes::WishedNode* node : site.wish.nodes()) {
    const kubernetes::NodeSight& seen = sight.node(node->name);
    const bool is_control = site.wish.control_node(node->name) != nullptr;
    const kubernetes::EtcdMember* member = is_control ? member_of(*node, sight) : nullptr;
    const std::string kubelet = seen.kubelet ? seen.kubelet->text() : "";
    const std::string etcd = member == nullptr     ? ""
                             : !member->is_healthy ? "not healthy"
                             : member->is_learner  ? "learner"
                                                   : "voter";
    const std::string role = is_control ? "control" : "worker";
    table.add({node->name, role, state_of(seen), kubelet, etcd});
    items.emplace_back(Dict{{"name", node->name},
                            {"role", role},
                            {"state", state_of(seen)},
                            {"silence", seen.silence},
                            {"kubelet", kubelet},
                            {"etcd", etcd}});
  }
  if (words.is_json) {
    cli::print_json(Value(Dict{{"instance", words.instance},
                               {"is_api_up", sight.is_api_up},
                               {"is_as_wished", next.is_done()},
                               {"nodes", std::move(items)}}));
  } else {
    table.print(std::cout);
    for (const std::string& node : site.wish.node_names())
      if (const kubernetes::NodeSight& seen = sight.node(node);
          !seen.silence.empty() && !next.told_silent.contains(node))
        std::cout << cli::silence_text(node, seen.silence) << "\n";
    tell(next);
    tell(certificate_remarks(sight, site.wish.instance));
    tell(registry_certificate_notes(words.run, site));
    if (next.step) std::cout << "next: " << next.step->text() << "\n";
  }
  return next.is_done() ? cli::exit_fine : cli::exit_not_so;
}

// The instance that the named nodes are of.
Words of_nodes(const Words& words) {
  Words found = words;
  found.instance = instance_of(words.run, words.nodes, words.instance);
  return found;
}

// A name that was mistyped is no node that has left.
void require_known(const ClusterSession& session, const std::string& node) {
  const kubernetes::ClusterWish& wish = session.work().site.wish;
  if (wish.names(node)) return;
  const kubernetes::ClusterSight sight = cli::look_at_cluster(session.work().words, wish);
  const bool is_member = std::ranges::any_of(
      sight.members(), [&](const kubernetes::EtcdMember& member) { return member.name == node; });
  if (!is_member && !sight.node(node).listed)
    throw Error(Kind::usage,
                "'" + node + "' is neither in '" + wish.instance + "' nor known to its cluster");
}

int remove(const Words& words) {
  ClusterSession session(of_nodes(words));
  session.look_for({.budgets = true});
  std::vector<std::string> removed;
  for (const std::string& node : words.nodes) {
    require_known(session, node);
    if (!session.follow(kubernetes::next_removal_step, node)) return cli::exit_not_so;
    removed.push_back(node);
    // Else a node that has left goes on getting a part of the API's connections.
    if (session.work().site.wish.worker(node) == nullptr && session.sight().is_api_up)
      bring_endpoint(session.work(), session.sight(), removed);
    std::cout << node << " is no node of the cluster any more\n";
  }
  return cli::exit_fine;
}

// One is back before the next one leaves.
int rejoin(const Words& words) {
  const Words found = of_nodes(words);
  if (!check_held(found.run, found.instance, {.goes_beyond = found.goes_beyond}))
    return cli::exit_not_so;
  ClusterSession session(found);
  if (!is_complete(session.work(), session.store())) return cli::exit_not_so;
  session.look_for({.budgets = true});
  require_admission(found.run, session.work().site);
  for (const std::string& node : words.nodes) {
    if (!session.follow(kubernetes::next_removal_step, node)) return cli::exit_not_so;
    if (!bring_up(session)) return cli::exit_not_so;
  }
  return cli::exit_fine;
}

int drain(const Words& words) {
  ClusterSession session(of_nodes(words));
  return drain_nodes(session, words.nodes) ? cli::exit_fine : cli::exit_not_so;
}

int uncordon(const Words& words) {
  ClusterSession session(of_nodes(words));
  session.set_variable("cluster_uncordons", true);  // whoever had cordoned them before
  return bring_back_nodes(session, words.nodes) ? cli::exit_fine : cli::exit_not_so;
}

void add_up(CLI::App& command, cli::Action& action) {
  const auto words = std::make_shared<UpWords>();
  CLI::App* added = cli::add_command(command, action, words, "up",
                                     "bring clusters to what the inventory says, step by step; "
                                     "several instances in waves",
                                     up);
  add_cluster_options(*added, words->cluster);
  add_meant_instances(*added, words->meant);
  add_lock_option(*added, words->cluster.goes_beyond);
}

}  // namespace

void add_cluster(CLI::App& command, cli::Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = cli::add_command(command, action, words, name, summary, run);
    add_cluster_options(*added, *words);
    return added;
  };
  const auto add_instance = [&](CLI::App* added) {
    cli::add_instance_option(*added, words->instance);
    return added;
  };
  const auto add_nodes = [&](CLI::App* added) {
    added->add_option("nodes", words->nodes, "names of nodes, one after the other")->required();
    added->add_option("--instance", words->instance, "of which (that of the nodes' instance_name)");
    return added;
  };
  const auto add_json = [&](CLI::App* added) {
    added->add_flag("--json", words->is_json, "as JSON");
  };
  add_cluster_plan(command, action);
  add_up(command, action);
  add_json(add_instance(add(
      "status", "its nodes as they are; exit status 2 where that is not as it should be", status)));
  add_cluster_etcd(command, action);
  add_cluster_certs(command, action);
  add_cluster_add(command, action);
  add_cluster_upgrade(command, action);
  add_nodes(add("remove", "drain nodes and take them out for good", remove));
  CLI::App* again =
      add_nodes(add("rejoin", "take nodes out and in again, as after a re-image", rejoin));
  add_lock_option(*again, words->goes_beyond);
  add_nodes(add("drain", "let no more pods onto nodes, and move theirs elsewhere", drain));
  add_nodes(add("uncordon", "let pods onto nodes again", uncordon));
  add_cluster_down(command, action);
}

}  // namespace provisioner::cluster

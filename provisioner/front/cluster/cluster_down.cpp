// provisioner cluster down, add: a whole cluster ends, or grows by some nodes.

#include "provisioner/front/cluster/cluster_down.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/cluster/kubernetes/whole.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/node_answers.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_leave.h"
#include "provisioner/front/cluster/cluster_options.h"
#include "provisioner/front/cluster/cluster_registry.h"
#include "provisioner/front/cluster/instance_held.h"
#include "provisioner/front/cluster/typed_name.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using cli::Action;
using cli::add_command;

struct DownWords {
  ClusterWords cluster;
  bool is_sure = false;
};

// Where volumes lie, a line each; it fails where the API does not say so.
constexpr std::string_view volumes_script =
    "exec timeout 12 kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout 5s get "
    "persistentvolumes -o 'jsonpath={range .items[*]}{.metadata.name}: "
    "{.spec.nfs.server}{.spec.nfs.path}{.spec.local.path}{.spec.hostPath.path} "
    "({.spec.claimRef.namespace}/{.spec.claimRef.name}){\"\\n\"}{end}'\n";

// As any control-plane node tells it; nullopt: none could.
std::optional<std::string> volumes_of(const ClusterWork& work) {
  const auto answers =
      cli::node_answers(work.words, work.site.wish.control_names(), {volumes_script});
  return answers.empty() ? std::nullopt : std::optional(answers.begin()->second);
}

void tell_what_stays(const ClusterWork& work, const std::optional<std::string>& volumes) {
  const auto& registry = work.site.registry;
  if (!registry.empty())
    std::cout << "stays: the registry on " << base::join(registry, ", ") << "\n";
  std::cout << "stays: containerd, the kubelet's program and all that belongs to the nodes\n"
            << "stays: snapshots of etcd and the key of secrets in '" << work.directory << "'\n";
  if (!volumes)
    std::cout << "remark: volumes could not be asked for, since no API answered: what they hold "
                 "stays where it lies\n";
  const std::string lines = volumes.value_or("");
  for (const std::string_view line : base::lines_of(lines))
    std::cout << "stays: the volume " << base::escape_for_terminal(line) << "\n";
}

int down(const DownWords& words) {
  const std::string& instance = words.cluster.instance;
  ClusterSession session(words.cluster);
  const ClusterWork& work = session.work();
  const kubernetes::ClusterSight sight = cli::look_at_cluster(work.words, work.site.wish);
  const kubernetes::Next first = next_down_step(work.site.wish, sight);
  if (!first.step) {
    tell(first);
    if (first.is_done())
      std::cout << "no node of '" << instance << "' that answers is a cluster's\n";
    return first.is_done() ? cli::exit_fine : cli::exit_not_so;
  }
  const std::optional<std::string> volumes = volumes_of(work);
  for (const std::string& removed : removed_by_down(work.site.wish, sight))
    std::cout << "goes: " << removed << "\n";
  if (!words.is_sure)
    require_typed_name(instance,
                       "The cluster '" + instance + "' ends, with all that is in its API");
  if (!session.follow([](const kubernetes::ClusterWish& wish, const kubernetes::ClusterSight& seen,
                         const std::string&) { return next_down_step(wish, seen); }))
    return cli::exit_not_so;
  std::cout << "'" << instance << "' is no cluster any more\n";
  tell_what_stays(work, volumes);
  return cli::exit_fine;
}

void require_asked_for(const kubernetes::ClusterWish& wish, const std::vector<std::string>& nodes) {
  for (const std::string& node : nodes) {
    if (wish.names(node)) continue;
    Error error(Kind::usage,
                "'" + node + "' is no node of '" + wish.instance + "' in the inventory");
    const auto near = base::nearest(node, wish.node_names());
    throw error.set_hint(near ? "did you mean '" + *near + "'?"
                              : "put it into the group instance_" + wish.instance +
                                    ", and into 'control' or 'worker'");
  }
}

int add_nodes(const ClusterWords& words) {
  ClusterWords found = words;
  found.instance = instance_of(words.run, words.nodes, words.instance);
  ClusterSession session(found);
  const ClusterWork& work = session.work();
  require_asked_for(work.site.wish, words.nodes);
  if (!check_held(found.run, found.instance, {.goes_beyond = found.goes_beyond}) ||
      !is_complete(work, session.store()))
    return cli::exit_not_so;
  bring_registry(session).finish();
  if (!session.follow(
          [&](const kubernetes::ClusterWish& wish, const kubernetes::ClusterSight& sight,
              const std::string&) { return next_addition_step(wish, sight, words.nodes); }))
    return cli::exit_not_so;
  std::cout << base::join(words.nodes, ", ") << (words.nodes.size() == 1 ? " is" : " are")
            << " in the cluster\n";
  return cli::exit_fine;
}

}  // namespace

void add_cluster_down(CLI::App& cluster, Action& action) {
  const auto words = std::make_shared<DownWords>();
  CLI::App* added = add_command(cluster, action, words, "down",
                                "end a cluster: reset its nodes, and leave the registry", down);
  add_cluster_options(*added, words->cluster);
  cli::add_instance_option(*added, words->cluster.instance);
  added->add_flag("--yes", words->is_sure, "do not ask");
}

void add_cluster_add(CLI::App& cluster, Action& action) {
  const auto words = std::make_shared<ClusterWords>();
  CLI::App* added = add_command(cluster, action, words, "add",
                                "let these nodes of the inventory join, and no others", add_nodes);
  add_cluster_options(*added, *words);
  added->add_option("nodes", words->nodes, "names of nodes, one after the other")->required();
  added->add_option("--instance", words->instance, "of which (that of the nodes' instance_name)");
  add_lock_option(*added, words->goes_beyond);
}

}  // namespace provisioner::cluster

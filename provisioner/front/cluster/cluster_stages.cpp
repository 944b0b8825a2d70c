// Steps of a cluster, as runs of playbooks.

#include "provisioner/front/cluster/cluster_stages.h"

#include <algorithm>
#include <array>
#include <iostream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/content.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/artifacts/shelf.h"
#include "provisioner/cluster/kubernetes/address_holders.h"
#include "provisioner/cluster/kubernetes/helping_node.h"
#include "provisioner/cluster/kubernetes/restore.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/front/cli/execute_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/process_words.h"
#include "provisioner/front/cluster/cluster_change.h"
#include "provisioner/front/cluster/stage_file.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using kubernetes::Act;
using value::Dict;
using value::List;
using value::Value;

// Whose part of the API's address is written: where one control-plane node more or less is there,
// that of all, since each names the others.
std::vector<std::string> endpoint_nodes(const cli::ClusterSite& site,
                                        const kubernetes::ClusterSight& sight,
                                        const std::vector<std::string>& prepared) {
  std::vector<std::string> names;
  if (std::ranges::none_of(prepared, [&](const std::string& name) {
        return site.wish.control_node(name) != nullptr;
      }))
    return names;
  for (const kubernetes::WishedNode& node : site.wish.control)
    if (sight.node(node.name).answers) names.push_back(node.name);
  return names;
}

std::string playbook_of(Act act) {
  switch (act) {
    case Act::prepare:
      return "prepare";
    case Act::init:
    case Act::continue_init:
    case Act::join_control:
    case Act::join_workers:
      return "member";
    case Act::undo_half_join:
      return "undo_join";
    case Act::remove_member:
      return "remove_member";
    case Act::finish_join:
      return "finish_join";
    case Act::pod_network:
    case Act::label:
    case Act::wait_ready:
      return "settle";
    case Act::upgrade_apply:
    case Act::upgrade_control:
      return "upgrade_control";
    case Act::upgrade_kubelet:
      return "upgrade_kubelet";
    case Act::stop_control:
      return "etcd_stop";
    case Act::place_snapshot:
      return "etcd_place";
    case Act::start_control:
      return "etcd_start";
    case Act::end_restore:
      return "etcd_end";
    case Act::renew_certificates:
      return "certs_renew";
    case Act::reset:
      return "reset";
    case Act::drain:
    case Act::cordon:
      return "drain";
    case Act::bring_back:
      return "bring_back";
    case Act::delete_node:
      return "delete_node";
    case Act::disarm_alarms:
      return "etcd_disarm";
  }
  throw Error(Kind::bug, "there is no stage for '" + std::string(name_of(act)) + "'");
}

std::string member_text(const kubernetes::Step& step) {
  return step.member ? kubernetes::text_of(*step.member) : "";
}

std::vector<std::string> listed_nodes(const cli::ClusterSite& site,
                                      const kubernetes::ClusterSight& sight) {
  std::vector<std::string> listed;
  for (const kubernetes::WishedNode* node : site.wish.nodes())
    if (sight.node(node->name).listed) listed.push_back(node->name);
  return listed;
}

// The members that a restore began with stay those: each has the list in its data.
Dict restoring(const cli::ClusterSite& site, const kubernetes::Step& step,
               const kubernetes::ClusterSight& sight) {
  std::vector<std::string> members;
  if (const kubernetes::RestoreMark* mark = kubernetes::restore_under_way(site.wish, sight))
    members = mark->members;
  else
    members = step.nodes;
  Dict peers;
  for (const std::string& name : members)
    if (const kubernetes::WishedNode* node = site.wish.control_node(name))
      peers.set(name, kubernetes::peer_url(*node));
  return {{"cluster_restoring", list_of(step.nodes)},
          {"cluster_host", step.nodes.front()},
          {"cluster_peers", std::move(peers)}};
}

// What secrets are sealed with in etcd: made once for an instance, and kept for a cluster that is
// begun anew from a snapshot. Later control planes get it from the first.
std::string encryption_key(const std::string& directory) {
  constexpr std::size_t bytes = 32;  // of secretbox
  const std::string path = os::join_path(directory, "encryption-key");
  if (!os::is_file(path))
    os::write_file(path, base::base64_encode(crypto::random_bytes(bytes)), 0600);
  return os::require_file(path);
}

std::string require_helper(std::optional<std::string> node, const std::string& instance) {
  if (!node)
    throw Error(Kind::failed, "no control-plane node of '" + instance + "' answers and is whole")
        .set_hint("what each one says: provisioner cluster status " + instance);
  return *std::move(node);
}

// What the step's playbook is told beside what each one is.
Dict variables_of(const ClusterWork& work, const kubernetes::Step& step,
                  const kubernetes::ClusterSight& sight) {
  const cli::ClusterSite& site = work.site;
  const auto helper = [&] {
    return require_helper(kubernetes::helper_of(site.wish, sight, step), site.wish.instance);
  };
  switch (step.act) {
    case Act::prepare:
      return {
          {"cluster_members", list_of(step.nodes)},
          {"cluster_control", list_of(endpoint_nodes(site, sight, step.nodes))},
          {"cluster_silent_control", list_of(kubernetes::address_holders(site.wish, sight).silent)},
          {"cluster_all_control", list_of(site.wish.control_names())}};
    case Act::init:
    case Act::continue_init:
      return {{"cluster_joining", list_of(step.nodes)},
              {"cluster_host", step.nodes.front()},
              {"cluster_encryption_key", encryption_key(work.directory)}};
    case Act::join_control:
    case Act::join_workers:
      return {{"cluster_joining", list_of(step.nodes)}, {"cluster_host", helper()}};
    case Act::undo_half_join:
    case Act::remove_member:
    case Act::finish_join:
      return {{"cluster_joining", list_of(step.nodes)},
              {"cluster_host", helper()},
              {"cluster_member", member_text(step)}};
    case Act::pod_network:
    case Act::label:
    case Act::wait_ready:
      return {{"cluster_members", list_of(listed_nodes(site, sight))},
              {"cluster_host", any_helper(site, sight)},
              {"cluster_awaited",
               list_of(step.act == Act::wait_ready ? step.nodes : std::vector<std::string>{})}};
    case Act::upgrade_apply:
    case Act::upgrade_control:
      return {{"cluster_upgrading", list_of(step.nodes)},
              {"cluster_is_first", step.act == Act::upgrade_apply}};
    case Act::upgrade_kubelet:
      return {{"cluster_upgrading", list_of(step.nodes)}, {"cluster_host", helper()}};
    case Act::stop_control:
    case Act::place_snapshot:
    case Act::start_control:
    case Act::end_restore:
      return restoring(site, step, sight);
    case Act::renew_certificates:
      return {{"cluster_renewing", list_of(step.nodes)}};
    case Act::reset:
      return {{"cluster_leaving", list_of(step.nodes)}};
    case Act::drain:
    case Act::cordon:
      return {{"cluster_leaving", list_of(step.nodes)},
              {"cluster_host", helper()},
              {"cluster_moves_pods", step.act == Act::drain}};
    case Act::bring_back:
    case Act::delete_node:
    case Act::disarm_alarms:
      return {{"cluster_leaving", list_of(step.nodes)}, {"cluster_host", helper()}};
  }
  throw Error(Kind::bug, "nothing is known to tell '" + std::string(name_of(step.act)) + "'");
}

// What is moved for a while, looked at or kept: a cluster is the same after them.
constexpr std::array<std::string_view, 5> passing_stages = {"drain", "bring_back", "etcd_snapshot",
                                                            "etcd_defragment", "prepull"};

bool is_change(const run::RunEnd& end) {
  return std::ranges::any_of(end.counts, [](const auto& one) { return one.second.changed > 0; });
}

// What a stage is told beside the inventory.
StageFile told(const ClusterWork& work, const std::string& playbook, Dict variables) {
  for (const auto& [key, its] : work.variables) variables.set(key, its);
  variables.set("cluster_instance", work.site.wish.instance);
  variables.set("component_owners", owners_variable(work.site.profile));
  variables.set("site_pki_directory", cli::pki_directory());
  variables.set("artifacts", artifacts::role_variable(work.artifacts.locked(), work.artifact_url));
  os::make_directories(work.directory, 0700);
  // A state may have one that a program before this one has kept.
  os::remove_file(os::join_path(work.directory, playbook + ".json"));
  return {work.directory, playbook, variables};
}

cli::RunWords words_of(const ClusterWork& work, const std::string& playbook,
                       const StageFile& file) {
  cli::RunWords words = work.words;
  words.playbooks = {os::require_content("playbooks/cluster/" + playbook + ".yml")};
  words.extra_vars.push_back("@" + file.path());
  return words;
}

void require_end(int status, const std::string& playbook) {
  if (status == 0) return;
  if (status == run::interrupted)
    throw Error(Kind::stopped, "stopped in the stage '" + playbook + "'")
        .set_hint("the same command goes on from here");
  throw Error(Kind::failed, "the stage '" + playbook + "' did not come to its end")
      .set_hint("mend what stands above, then the same command goes on from here");
}

}  // namespace

Value owners_variable(const profile::Profile& profile) {
  Dict owners;
  for (const profile::Ownership& one : profile.components)
    owners.set(one.component, std::string(name_of(one.owner)));
  return owners;
}

void run_stage(const ClusterWork& work, const std::string& playbook, Dict variables) {
  const StageFile file = told(work, playbook, std::move(variables));
  cli::RunWords words = words_of(work, playbook, file);
  // A stage that was cut off holds its nodes for a `resume`; who goes on with the cluster is us,
  // after a look at what it has left. A run that lives is refused all the same.
  words.steal_locks = true;
  const bool may_change = std::ranges::find(passing_stages, playbook) == passing_stages.end();
  if (may_change) begin_change(work.directory);
  bool has_changed = false;
  const int status = cli::execute_run(
      words, {.words = cli::process_words(),
              .ended = [&](const run::RunEnd& end) { has_changed = is_change(end); }});
  if (may_change) end_change(work.directory, has_changed || status != 0);
  require_end(status, playbook);
}

List list_of(const std::vector<std::string>& names) { return List(names.begin(), names.end()); }

bool would_change(const ClusterWork& work, const std::string& playbook, Dict variables,
                  cli::ShownOn shown_on) {
  const StageFile file = told(work, playbook, std::move(variables));
  cli::RunWords words = words_of(work, playbook, file);
  words.check = words.diff = true;
  bool would = false;
  require_end(
      cli::execute_run(words, {.words = cli::process_words(),
                               .ended = [&](const run::RunEnd& end) { would = is_change(end); },
                               .shown_on = shown_on}),
      playbook);
  return would;
}

std::vector<std::string> serving_members(const cli::ClusterSite& site,
                                         const kubernetes::ClusterSight& sight) {
  std::vector<std::string> names;
  for (const kubernetes::WishedNode* node : site.wish.nodes())
    if (const kubernetes::NodeSight& seen = sight.node(node->name); seen.answers && seen.is_ready())
      names.push_back(node->name);
  return names;
}

std::string any_helper(const cli::ClusterSite& site, const kubernetes::ClusterSight& sight) {
  return require_helper(kubernetes::helping_node(site.wish, sight, {}), site.wish.instance);
}

void take_step(const ClusterWork& work, const kubernetes::Step& step,
               const kubernetes::ClusterSight& sight) {
  run_stage(work, playbook_of(step.act), variables_of(work, step, sight));
}

}  // namespace provisioner::cluster

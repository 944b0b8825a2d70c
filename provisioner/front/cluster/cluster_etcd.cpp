// provisioner cluster etcd members, snapshot, defragment, restore.

#include "provisioner/front/cluster/cluster_etcd.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/cluster/kubernetes/alarms.h"
#include "provisioner/cluster/kubernetes/etcd_states.h"
#include "provisioner/cluster/kubernetes/quorum.h"
#include "provisioner/cluster/kubernetes/restore.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cluster/cluster_options.h"
#include "provisioner/front/cluster/etcd_snapshots.h"
#include "provisioner/front/cluster/typed_name.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

struct EtcdWords {
  ClusterWords cluster;
  std::string directory;  // of snapshots
  std::string snapshot;   // to restore
  std::size_t kept = 10;
  bool is_anew = false, is_sure = false;
};

// --- members

Value member_value(const kubernetes::EtcdMember& member, const std::string& peers) {
  return Dict{{"id", kubernetes::text_of(member.id)},
              {"name", member.name},
              {"peer", peers},
              {"vote", member.is_learner ? "learner" : "voter"},
              {"is_healthy", member.is_healthy},
              {"size", member.size}};
}

int members(const EtcdWords& words) {
  const cli::ClusterSite site = cli::cluster_site(words.cluster.run, words.cluster.instance);
  const kubernetes::ClusterSight sight = cli::look_at_cluster(words.cluster.run, site.wish);
  const auto troubles = etcd_states(site.wish, sight);
  cli::Table table({"MEMBER", "NAME", "PEERS", "VOTE", "HEALTH", "MIB"});
  List listed, told;
  for (const kubernetes::EtcdMember& member : sight.members()) {
    const std::string peers = member.peer_urls.empty() ? "" : member.peer_urls.front();
    table.add({kubernetes::text_of(member.id), member.name, peers,
               member.is_learner ? "learner" : "voter",
               member.is_healthy ? "healthy" : "not healthy", std::to_string(member.size >> 20)});
    listed.push_back(member_value(member, peers));
  }
  for (const kubernetes::EtcdState& state : troubles)
    told.emplace_back(Dict{{"trouble", std::string(name_of(state.trouble))},
                           {"text", state.text},
                           {"next", state.next}});
  if (words.cluster.is_json) {
    cli::print_json(Value(Dict{{"members", std::move(listed)}, {"troubles", std::move(told)}}));
  } else {
    if (!sight.members().empty()) table.print(std::cout);
    if (sight.members().empty() && troubles.empty())
      std::cout << "there is no etcd yet\nhint: provisioner cluster up " << site.wish.instance
                << "\n";
    for (const kubernetes::EtcdState& state : troubles)
      std::cout << state.text << "\nhint: " << state.next << "\n";
  }
  return troubles.empty() ? cli::exit_fine : cli::exit_not_so;
}

// --- snapshot

std::string snapshot_directory(const EtcdWords& words, const ClusterWork& work) {
  return words.directory.empty() ? os::join_path(work.directory, "snapshots")
                                 : os::absolute(words.directory);
}

void require_space(const std::string& directory, std::uint64_t needed) {
  std::error_code code;
  const auto space = std::filesystem::space(directory, code);
  if (code) throw Error(Kind::failed, "cannot look at '" + directory + "': " + code.message());
  if (space.available < needed)
    throw Error(Kind::refused, "'" + directory + "' has " + std::to_string(space.available >> 20) +
                                   " MiB free; a snapshot needs " + std::to_string(needed >> 20) +
                                   " MiB")
        .set_hint("make room, or name another directory with --to");
}

// Twice its size, since its pieces are put together beside it; and some for what else is there.
constexpr std::uint64_t reserve = 256 << 20;

// What commands left that were killed: no other one of the instance is at work now.
void remove_what_was_cut_off(const std::string& directory, const std::string& name) {
  for (const std::string& entry : os::entries(directory))
    if (entry.starts_with(name + ".")) os::remove_tree(os::join_path(directory, entry));
}

int snapshot(const EtcdWords& words) {
  ClusterSession session(words.cluster);
  const ClusterWork& work = session.work();
  const kubernetes::ClusterSight sight = cli::look_at_cluster(work.words, work.site.wish);
  if (const auto objection = kubernetes::quorum_objection(sight.members())) {
    tell({.objections = {*objection}});
    return cli::exit_not_so;
  }
  const std::string host = any_helper(work.site, sight);
  const kubernetes::EtcdMember* member = member_of(*work.site.wish.control_node(host), sight);
  if (member == nullptr)
    throw Error(Kind::refused, "etcd does not name '" + host +
                                   "' as a member: how much a snapshot needs is unknown")
        .set_hint("provisioner cluster etcd members " + words.cluster.instance);
  const std::int64_t bytes = member->size;
  const std::string directory = snapshot_directory(words, work);
  os::make_directories(directory, 0700);
  require_space(directory, static_cast<std::uint64_t>(bytes) * 2 + reserve);
  const std::string arriving_name = "arriving-" + words.cluster.instance;
  remove_what_was_cut_off(directory, arriving_name);
  const os::TemporaryDirectory arriving(os::join_path(directory, arriving_name));
  run_stage(work, "etcd_snapshot",
            {{"cluster_host", host},
             {"cluster_snapshot_bytes", bytes},
             {"cluster_snapshot_directory", arriving.path()}});
  const EtcdSnapshot kept = keep_snapshot(arriving.path(), directory, words.cluster.instance);
  for (const std::string& path : keep_newest(directory, kept, words.kept))
    std::cout << "removed " << path << ", since " << words.kept << " are kept\n";
  std::cout << kept.path << ": " << base::counted(static_cast<std::size_t>(kept.keys), "key")
            << " at revision " << kept.revision << ", " << (kept.size >> 10) << " KiB, SHA-256 "
            << kept.sha256
            << "\nremark: it has all secrets of the cluster in it; it is readable for its owner "
               "alone\n";
  return cli::exit_fine;
}

// --- defragment

std::vector<std::string> client_urls(const kubernetes::Defragmentation& found,
                                     const kubernetes::ClusterSight& sight) {
  std::vector<std::string> urls;
  for (const kubernetes::MemberId id : found.members)
    if (const auto* member = find_member(sight.members(), id); !member->client_urls.empty())
      urls.push_back(member->client_urls.front());
  return urls;
}

void tell_sizes(const kubernetes::ClusterSight& before, const kubernetes::ClusterSight& after,
                const kubernetes::Defragmentation& found) {
  for (const kubernetes::MemberId id : found.members) {
    const kubernetes::EtcdMember* was = find_member(before.members(), id);
    const kubernetes::EtcdMember* is = find_member(after.members(), id);
    if (is == nullptr) continue;
    std::cout << is->label() << " has " << (is->size >> 10) << " KiB, and had " << (was->size >> 10)
              << " KiB\n";
  }
}

int defragment(const EtcdWords& words) {
  ClusterSession session(words.cluster);
  const ClusterWork& work = session.work();
  const kubernetes::ClusterSight before = cli::look_at_cluster(work.words, work.site.wish);
  const kubernetes::Defragmentation found = kubernetes::defragmentation(before);
  tell({.objections = found.objections, .remarks = found.remarks});
  if (!found.objections.empty()) return cli::exit_not_so;
  const std::vector<std::string> urls = client_urls(found, before);
  run_stage(work, "etcd_defragment",
            {{"cluster_host", any_helper(work.site, before)},
             {"cluster_endpoints", List(urls.begin(), urls.end())},
             {"cluster_is_without_space", found.is_without_space}});
  const kubernetes::ClusterSight after = cli::look_at_cluster(work.words, work.site.wish);
  tell_sizes(before, after, found);
  if (!after.etcd) return cli::exit_not_so;
  if (const auto objection = kubernetes::alarm_objection(*after.etcd)) {
    tell({.objections = {*objection}});
    return cli::exit_not_so;
  }
  return cli::exit_fine;
}

// --- restore

int restore(const EtcdWords& words) {
  const EtcdSnapshot from = read_snapshot(os::absolute(words.snapshot));
  ClusterSession session(words.cluster);
  const cli::ClusterSite& site = session.work().site;
  const kubernetes::ClusterSight before = cli::look_at_cluster(words.cluster.run, site.wish);
  const kubernetes::RestoreMark* mark = restore_under_way(site.wish, before);
  const kubernetes::Restoration restoration{.snapshot = from.sha256, .is_anew = words.is_anew};
  const kubernetes::Next first = next_restore_step(site.wish, before, restoration, false);
  if (!first.objections.empty()) {
    tell(first);
    return cli::exit_not_so;
  }
  if (!words.is_sure)
    require_typed_name(site.wish.instance, "All that was written to '" + site.wish.instance +
                                               "' since " +
                                               (from.taken.empty() ? "this snapshot" : from.taken) +
                                               " is lost, and its API is away for some minutes");
  session.set_variable("cluster_snapshot",
                       Dict{{"path", from.path},
                            {"sha256", from.sha256},
                            {"token", mark == nullptr ? crypto::random_token() : mark->token}});
  bool has_begun = false;
  if (!session.follow([&](const kubernetes::ClusterWish& wish,
                          const kubernetes::ClusterSight& sight, const std::string&) {
        const kubernetes::Next next = next_restore_step(wish, sight, restoration, has_begun);
        has_begun = has_begun || next.step.has_value();
        return next;
      }))
    return cli::exit_not_so;
  std::cout << "'" << words.cluster.instance << "' is as it was in " << from.path
            << "\nhint: provisioner cluster up " << words.cluster.instance
            << " makes good what nodes have lost by it\n";
  return cli::exit_fine;
}

}  // namespace

void add_cluster_etcd(CLI::App& cluster, cli::Action& action) {
  const auto words = std::make_shared<EtcdWords>();
  CLI::App* etcd =
      cluster.add_subcommand("etcd", "etcd's members and space, snapshots of it, and the way back");
  etcd->require_subcommand(1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const EtcdWords&)) {
    CLI::App* added = cli::add_command(*etcd, action, words, name, summary, run);
    add_cluster_options(*added, words->cluster);
    cli::add_instance_option(*added, words->cluster.instance);
    return added;
  };
  add("members", "who is a member, and what is wrong with each; exit status 2 then", members)
      ->add_flag("--json", words->cluster.is_json, "as JSON");
  CLI::App* save = add("snapshot", "bring a snapshot of etcd to this controller", snapshot);
  save->add_option("--to", words->directory, "where to (snapshots of the instance in the state)");
  save->add_option("--keep", words->kept, "how many are kept there (10)")
      ->check(CLI::PositiveNumber);
  add("defragment",
      "have members give back what their databases do not use, and disarm the alarm of a full one",
      defragment);
  CLI::App* back = add("restore", "take a cluster back to a snapshot of its etcd", restore);
  back->add_option("snapshot", words->snapshot, "a file that `snapshot` has made")->required();
  back->add_flag("--anew", words->is_anew, "although etcd works");
  back->add_flag("--yes", words->is_sure, "do not ask");
}

}  // namespace provisioner::cluster

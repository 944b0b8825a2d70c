// provisioner cluster plan, up, status.

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/http/server.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/artifacts/lock_check.h"
#include "provisioner/cluster/artifacts/shelf.h"
#include "provisioner/cluster/kubernetes/next_step.h"
#include "provisioner/cluster/registry/seed.h"
#include "provisioner/engine/transport/own_address.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cli/cluster_stages.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

constexpr int most_steps = 100;   // more for one `up` is a loop of ours
constexpr int most_repeated = 2;  // of one step after itself: then it does not help
constexpr const char* pushing_account = "provisioner";

struct Words {
  RunWords run;
  std::string instance, store;
  bool is_json = false;
};

void say(const std::string& text) { std::cerr << text << std::endl; }

ClusterWork work_of(const Words& words) {
  ClusterWork work{.words = words.run,
                   .site = cluster_site(words.run, words.instance),
                   .artifacts = site_artifacts(words.run),
                   .artifact_url = {},
                   .directory = os::join_path(state_directory(), "clusters/" + words.instance)};
  return work;
}

// What a run would miss, told before any node is touched.
bool is_complete(const ClusterWork& work, const artifacts::Store& store) {
  const auto unlocked = work.artifacts.unlocked();
  const auto lacks = artifacts::lacking(store, work.artifacts.locked());
  for (const artifacts::Wanted& wanted : unlocked)
    std::cout << "not locked: " << artifacts::called(wanted) << "\n";
  for (const artifacts::Lack& lack : lacks)
    std::cout << "missing: " << artifacts::called(lack.entry) << ", sha256:" << lack.entry.sha256
              << ", from " << lack.entry.from << "\n";
  if (!unlocked.empty()) std::cout << "hint: provisioner artifacts lock\n";
  if (!lacks.empty())
    std::cout << "hint: provisioner artifacts fetch, or import what was carried here\n";
  return unlocked.empty() && lacks.empty();
}

void tell(const kubernetes::Next& next) {
  for (const std::string& remark : next.remarks) std::cout << "remark: " << remark << "\n";
  for (const kubernetes::Objection& objection : next.objections) {
    std::cout << "against it: " << objection.text << "\n";
    if (!objection.hint.empty()) std::cout << "hint: " << objection.hint << "\n";
  }
}

int plan(const Words& words) {
  const ClusterWork work = work_of(words);
  const artifacts::Store store(words.store);
  const bool has_all = is_complete(work, store);
  const kubernetes::Next next =
      next_step(work.site.wish, look_at_cluster(words.run, work.site.wish));
  tell(next);
  if (next.step) std::cout << "next: " << next.step->text() << "\n";
  if (next.is_done()) std::cout << "'" << words.instance << "' is as the inventory says\n";
  return has_all && next.objections.empty() ? exit_fine : exit_not_so;
}

// The site's own account for pushing; made once, and kept from everybody but its owner.
http::Credentials pushing_credentials() {
  const std::string path = os::join_path(state_directory(), "pki/registry-password");
  if (!os::is_file(path)) {
    os::make_directories(os::parent_of(path), 0700);
    os::write_file(path, crypto::random_token(), 0600);
  }
  return {pushing_account, base::Secret(os::require_file(path))};
}

// bcrypt of the same password has another salt each time: the line is kept, so that a second run
// changes nothing.
std::string account_line(const http::Credentials& account) {
  const std::string path = os::join_path(state_directory(), "pki/registry-accounts");
  if (!os::is_file(path))
    os::write_file(
        path,
        account.user + ":" + crypto::password_hash(account.password.reveal(), "bcrypt", "", 10),
        0600);
  return os::require_file(path);
}

void bring_registry(const ClusterWork& work, const artifacts::Store& store) {
  const RegistryPlace& place = work.site.registry;
  if (place.nodes.empty()) return;
  const http::Credentials account = pushing_credentials();
  run_stage(work, "registry",
            {{"cluster_registry", List(place.nodes.begin(), place.nodes.end())},
             {"registry_accounts", account_line(account)}});
  registry::RegistryClient client(
      {.url = "https://" + place.address + ":" + std::to_string(place.push_port),
       .trust = {.ca_file = os::join_path(state_directory(), "pki/ca.crt")},
       .account = account});
  const std::size_t pushed = registry::seed(client, store, work.artifacts.locked(), say);
  say("the registry has all images, " + std::to_string(pushed) + " of them new");
}

int up(const Words& words) {
  ClusterWork work = work_of(words);
  const artifacts::Store store(words.store);
  if (!is_complete(work, store)) return exit_not_so;
  os::make_directories(work.directory, 0700);
  const auto held = os::try_to_hold(os::join_path(work.directory, "lock"));
  if (!held)
    throw Error(Kind::refused, "another command is at work on '" + words.instance + "'")
        .set_hint("wait for its end: one at a time decides over a cluster");
  ::signal(SIGPIPE, SIG_IGN);
  const std::string address = transport::own_address_towards(work.site.first_address);
  const artifacts::Shelf shelf(store, work.artifacts.locked());
  const http::Server server(
      {.address = address}, [&](const http::Call& call) { return shelf.answer(call); },
      [](const std::string& fault) { say("artefacts: " + fault); });
  work.artifact_url = "http://" + address + ":" + std::to_string(server.port());
  bring_registry(work, store);
  std::string last;
  int repeated = 0;
  for (int steps = 0; steps < most_steps; ++steps) {
    const kubernetes::ClusterSight sight = look_at_cluster(words.run, work.site.wish);
    const kubernetes::Next next = next_step(work.site.wish, sight);
    tell(next);
    if (next.is_done()) {
      std::cout << "'" << words.instance
                << "' is up: " << base::counted(work.site.wish.nodes().size(), "node")
                << ", API at " << work.site.wish.endpoint.name << "\n";
      return exit_fine;
    }
    if (!next.step) return exit_not_so;
    const std::string step = next.step->text();
    repeated = step == last ? repeated + 1 : 0;
    if (repeated == most_repeated)
      throw Error(Kind::failed, "'" + step + "' has come to its end, and the cluster is as before")
          .set_hint("look at it: provisioner cluster status " + words.instance);
    last = step;
    say("==> " + step);
    take_step(work, *next.step, sight);
  }
  throw Error(Kind::bug, "after " + std::to_string(most_steps) + " steps there is one more");
}

std::string state_of(const kubernetes::NodeSight& node) {
  if (!node.answers && !node.listed) return "silent";
  if (!node.listed) return node.has_traces() ? "no member, with traces" : "no member";
  std::string state = node.listed->is_ready ? "ready" : "not ready";
  if (node.listed->is_cordoned) state += ", cordoned";
  return node.answers ? state : state + ", silent";
}

int status(const Words& words) {
  const ClusterSite site = cluster_site(words.run, words.instance);
  const kubernetes::ClusterSight sight = look_at_cluster(words.run, site.wish);
  const kubernetes::Next next = next_step(site.wish, sight);
  Table table({"NODE", "ROLE", "STATE", "KUBELET", "ETCD"});
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
                            {"kubelet", kubelet},
                            {"etcd", etcd}});
  }
  if (words.is_json) {
    print_json(Value(Dict{{"instance", words.instance},
                          {"is_api_up", sight.is_api_up},
                          {"is_as_wished", next.is_done()},
                          {"nodes", std::move(items)}}));
  } else {
    table.print(std::cout);
    tell(next);
    if (next.step) std::cout << "next: " << next.step->text() << "\n";
  }
  return next.is_done() ? exit_fine : exit_not_so;
}

}  // namespace

void add_cluster(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* summary, int (*run)(const Words&)) {
    CLI::App* added = add_command(command, action, words, name, summary, run);
    added->add_option("instance", words->instance, "its name: the group instance_NAME")->required();
    add_many(*added, "-i,--inventory,--inventory-file", words->run.inventories,
             "inventory; of SITE the list of artefacts is artifacts/SITE.yml beside it");
    add_many(*added, "--vault-id", words->run.vault_ids, "label@source of a vault password");
    add_many(*added, "--vault-password-file,--vault-pass-file", words->run.vault_password_files,
             "file that holds the vault password");
    added->add_option("--store", words->store, "where artefacts are kept (artifacts in the state)");
    return added;
  };
  add("plan", "what is missing, what comes next, and what stands against it", plan);
  add("up", "bring the cluster to what the inventory says, step by step", up);
  add("status", "its nodes as they are; exit status 2 where that is not as it should be", status)
      ->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::cli

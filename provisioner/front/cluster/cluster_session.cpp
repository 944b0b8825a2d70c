// One command at work on a cluster.

#include "provisioner/front/cluster/cluster_session.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/cluster/kubernetes/certificates.h"
#include "provisioner/engine/transport/own_address.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/machine/reimage/departed_nodes.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

// More for one command is a loop of ours; an upgrade takes some for each node.
constexpr std::size_t most_steps = 100, most_steps_a_node = 10;
constexpr int most_repeated = 2;  // of one step after itself: then it does not help
// Members of etcd and kubelets that a step has just started are ill for some seconds.
constexpr std::chrono::seconds settling{40}, between_looks{3};

// Who asks the guards of a node holds the lock for a moment.
constexpr std::chrono::seconds longest_look{2};

// Something stands in the way that may go away by itself.
bool may_pass(const kubernetes::Next& next) {
  return !next.step && !next.objections.empty() &&
         std::ranges::none_of(next.objections, &kubernetes::Objection::is_lasting);
}

}  // namespace

ClusterWork cluster_work(const ClusterWords& words) {
  ClusterWork work{.words = words.run,
                   .site = cli::cluster_site(words.run, words.instance),
                   .artifacts = site_artifacts(words.run),
                   .directory = cli::cluster_directory(words.instance),
                   .variables = words.variables};
  if (words.version) {
    work.site.wish.version = *words.version;
    work.words.extra_vars.push_back("kubernetes_version=v" + words.version->text());
  }
  return work;
}

void tell(const kubernetes::Next& next) {
  const auto line = [](const char* what, const std::string& text) {
    std::cout << what << base::escape_for_terminal(text) << "\n";
  };
  for (const std::string& remark : next.remarks) line("remark: ", remark);
  for (const kubernetes::Objection& objection : next.objections) {
    line("against it: ", objection.text);
    if (!objection.hint.empty()) line("hint: ", objection.hint);
  }
}

void tell_certificates(const kubernetes::ClusterSight& sight, const std::string& instance) {
  const auto now = std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
  for (const std::string& remark :
       kubernetes::certificate_remarks(sight.certificates, now, instance))
    std::cout << "remark: " << base::escape_for_terminal(remark) << "\n";
}

ClusterSession::ClusterSession(const ClusterWords& words)
    : work_(cluster_work(words)), store_(words.store) {
  os::make_directories(work_.directory, 0700);
  held_ = os::hold(os::join_path(work_.directory, "lock"), longest_look);
  if (!held_)
    throw Error(Kind::refused, "another command is at work on '" + words.instance + "'")
        .set_hint("wait for its end: one at a time decides over a cluster");
  ::signal(SIGPIPE, SIG_IGN);
  const std::string address = transport::own_address_towards(work_.site.first_address);
  shelf_ = std::make_unique<artifacts::Shelf>(store_, work_.artifacts.locked());
  server_ = std::make_unique<http::Server>(
      http::Server::Settings{.address = address},
      [this](const http::Call& call) { return shelf_->answer(call); },
      [](const std::string& fault) { cli::say("artefacts: " + fault); });
  const bool is_ipv6 = address.find(':') != std::string::npos;
  work_.artifact_url =
      "http://" + (is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(server_->port());
}

// What a run has ordered to go down may still answer, and is not counted on.
void ClusterSession::leave_out_departed() {
  const auto departed = reimage::departed_nodes(cli::state_directory(), os::system_clock());
  for (const auto& [node, because] : departed) {
    const auto seen = sight_.nodes.find(node);
    if (seen == sight_.nodes.end()) continue;
    seen->second.answers = false;
    if (told_departed_.insert(node).second) cli::say("remark: '" + node + "' " + because);
  }
}

bool ClusterSession::follow(const Decision& decision, const std::string& node) {
  std::string last;
  int repeated = 0;
  const std::size_t most = most_steps + most_steps_a_node * work_.site.wish.nodes().size();
  const auto look = [&] {
    sight_ = cli::look_at_cluster(work_.words, work_.site.wish, more_);
    tell_certificates(sight_, work_.site.wish.instance);
    more_.certificates = false;
    leave_out_departed();
    return decision(work_.site.wish, sight_, node);
  };
  for (std::size_t steps = 0; steps < most; ++steps) {
    kubernetes::Next next = look();
    const auto patience =
        std::chrono::steady_clock::now() + settling * work_.site.wish.deadline_factor;
    while (steps > 0 && may_pass(next) && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(between_looks);
      next = look();
    }
    tell(next);
    if (!next.step) return next.is_done();
    const std::string step = next.step->text();
    repeated = step == last ? repeated + 1 : 0;
    if (repeated == most_repeated)
      throw Error(Kind::failed, "'" + step + "' has come to its end, and the cluster is as before")
          .set_hint("look at it: provisioner cluster status " + work_.site.wish.instance);
    last = step;
    cli::say("==> " + step);
    take_step(work_, *next.step, sight_);
  }
  throw Error(Kind::bug, "after " + std::to_string(most) + " steps there is one more");
}

}  // namespace provisioner::cluster

// One command at work on a cluster.

#include "provisioner/front/cluster/cluster_session.h"

#include <chrono>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/cluster/kubernetes/certificates.h"
#include "provisioner/engine/transport/own_address.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cluster/follow_steps.h"
#include "provisioner/machine/reimage/departed_nodes.h"

namespace provisioner::cluster {
namespace {

using base::Error;
using base::Kind;

// Who asks the guards of a node holds the lock for a moment.
constexpr std::chrono::seconds longest_look{2};

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

Notes certificate_remarks(const kubernetes::ClusterSight& sight, const std::string& instance) {
  const auto now = std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
  return remarks(kubernetes::certificate_remarks(sight.certificates, now, instance));
}

ClusterSession::ClusterSession(const ClusterWords& words)
    : work_(cluster_work(words)), store_(words.store) {
  os::make_directories(work_.directory, 0700);
  held_ = os::hold(os::join_path(work_.directory, "lock"), longest_look);
  if (!held_)
    throw Error(Kind::refused, "another command is at work on '" + words.instance + "'")
        .set_hint("wait for its end: one at a time decides over a cluster");
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
  const kubernetes::ClusterWish& wish = work_.site.wish;
  return follow_steps(
      {.look =
           [&] {
             sight_ = cli::look_at_cluster(work_.words, wish, more_);
             tell(certificate_remarks(sight_, wish.instance));
             more_.certificates = false;
             leave_out_departed();
             return next_ = decision(wish, sight_, node);
           },
       .take = [&](const kubernetes::Step& step) { take_step(work_, step, sight_); },
       .wish = wish,
       .clock = os::system_clock(),
       .pause = [](auto time) { std::this_thread::sleep_for(time); }});
}

}  // namespace provisioner::cluster

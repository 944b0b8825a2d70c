#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "provisioner/base/http/server.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/artifacts/artifact_store.h"
#include "provisioner/cluster/artifacts/shelf.h"
#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/front/cli/cluster_look.h"
#include "provisioner/front/cluster/cluster_stages.h"
#include "provisioner/front/cluster/notes.h"

namespace provisioner::cluster {

// What a command on a cluster is told.
struct ClusterWords {
  cli::RunWords run;
  std::string instance, store;
  std::vector<std::string> nodes;
  std::optional<kubernetes::Version> version;  // to upgrade to; nullopt: the inventory's
  value::Dict variables = {};                  // for the stages of this command
  bool is_json = false;
  bool goes_beyond = false;  // what the instance is held to
};

// A command that may change a cluster, the only one at that moment. While it lives, nodes fetch
// artefacts from this controller, at an address that only they have a way to.
class ClusterSession {
 public:
  // Throws Error(refused) where another command is at work on the instance.
  explicit ClusterSession(const ClusterWords& words);

  const ClusterWork& work() const { return work_; }
  // One more variable for the stages of this command.
  void set_variable(const std::string& name, value::Value value) {
    work_.variables.set(name, std::move(value));
  }
  const artifacts::Store& store() const { return store_; }
  // By the last look of `follow`: what was seen, and what was found to be next.
  const kubernetes::ClusterSight& sight() const { return sight_; }
  const kubernetes::Next& next() const { return next_; }

  // What `follow` asks of nodes besides. Certificates are told of once, by its first look.
  void look_for(const cli::LookMore& more) { more_ = more; }

  // Looks, asks what is next, does it, and looks again, until nothing is left to do: then true.
  // False where something stands against it, which is told. Throws Error(failed) where a step does
  // not help.
  using Decision = std::function<kubernetes::Next(const kubernetes::ClusterWish& wish,
                                                  const kubernetes::ClusterSight& sight,
                                                  const std::string& node)>;
  bool follow(const Decision& decision, const std::string& node = {});

 private:
  void leave_out_departed();

  ClusterWork work_;
  artifacts::Store store_;
  kubernetes::ClusterSight sight_;
  kubernetes::Next next_;
  cli::LookMore more_;
  std::set<std::string> told_departed_;
  std::optional<os::Descriptor> held_;
  std::unique_ptr<artifacts::Shelf> shelf_;
  std::unique_ptr<http::Server> server_;
};

ClusterWork cluster_work(const ClusterWords& words);

// One for each certificate that ends soon, of those that were looked for.
Notes certificate_remarks(const kubernetes::ClusterSight& sight, const std::string& instance);

}  // namespace provisioner::cluster

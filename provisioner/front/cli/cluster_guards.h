#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/cluster/kubernetes/away.h"
#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/engine/run/options.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/run_words.h"

namespace provisioner::cli {

// The clusters of an inventory, asked before nodes of theirs go down. What was seen of one counts
// for ten seconds. One thread at a time.
class ClusterGuards {
 public:
  // Connections are made with the options of `loaded`, which is not kept.
  ClusterGuards(RunWords words, const LoadedRun& loaded);

  // The groups whose nodes are guarded: `instance_NAME`.
  std::vector<std::string> groups() const;

  // What stands against it, by group and node. `away` are nodes that do not count whatever they
  // answer. Throws Error(input) where an instance that asks for a cluster is none.
  using Objections = std::map<std::string, std::map<std::string, kubernetes::Objection>>;
  Objections ask(const std::vector<std::string>& leaving,
                 const std::map<std::string, std::string>& away, kubernetes::Departure departure);
  void forget() { seen_.clear(); }

 private:
  struct Seen {
    os::Instant at;
    ClusterSite site;
    kubernetes::ClusterSight sight;
  };
  const Seen& look(const std::string& instance);

  RunWords words_;
  run::Options options_;
  std::map<std::string, std::vector<std::string>> members_;  // by instance
  std::map<std::string, Seen> seen_;
};

}  // namespace provisioner::cli

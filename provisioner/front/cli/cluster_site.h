#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/secret.h"
#include "provisioner/cluster/kubernetes/wish.h"
#include "provisioner/front/cli/named_nodes.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/platform/access/access.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::cli {

// One instance: the group `instance_NAME`.
struct ClusterSite {
  kubernetes::ClusterWish wish;
  int api_port = 0;
  std::vector<std::string> registry;      // nodes of the group `registry` in the instance
  std::vector<std::string> own_registry;  // those of them that nobody else looks after
  std::vector<std::string> monitoring;    // nodes of the group `monitoring` in the instance
  std::vector<std::string> bastions;      // nodes of the group `bastion` in the instance
  profile::Profile profile;               // who owns what stands on it
  access::Access access;                  // who may do what on it
  base::Diagnostics component_mistakes;   // what keeps that of it which is ours from being
  base::Diagnostics access_mistakes;      // what of its access cannot be
  std::string first_address;              // of the first control-plane node, as SSH reaches it

  std::string api_url() const;
  base::Diagnostics mistakes() const;  // of both kinds: with some of them nothing may be done
};

// Throws Error(usage) for an instance that the inventory has not, with the nearest name;
// Error(input) where what it asks for is no cluster: all mistakes are told on the standard error
// output before.
ClusterSite cluster_site(const RunWords& words, const std::string& instance);

// What it is made of: variables of each node of the instance.
std::vector<std::string> site_variables();
// By nodes with these, and with those of checked_variables() (instance_variables.h) that are known;
// what keeps it from being a cluster goes to `diagnostics`, all of it. Throws
// the problem of a node that has one.
ClusterSite site_of(const std::string& instance, const std::vector<NamedNode>& nodes,
                    base::Diagnostics& diagnostics);

}  // namespace provisioner::cli

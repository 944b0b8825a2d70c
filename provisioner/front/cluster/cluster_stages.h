#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/kubernetes/sight.h"
#include "provisioner/cluster/kubernetes/step.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/execute_run.h"
#include "provisioner/front/cluster/site_artifacts.h"

namespace provisioner::cluster {

// What one command on a cluster works with: the instance, its artefacts, and the variables that its
// playbooks get beside the inventory's.
struct ClusterWork {
  cli::RunWords words;
  cli::ClusterSite site;
  SiteArtifacts artifacts;
  std::string artifact_url = {};  // where nodes fetch from, while this command runs
  std::string directory;          // of the instance, in the state directory
  value::Dict variables = {};     // of this one command, for each of its stages
};

// Names as variables have them.
value::List list_of(const std::vector<std::string>& names);

// `component_owners`, as roles have it: who owns what stands on an instance.
value::Value owners_variable(const profile::Profile& profile);

// Runs one of playbooks/cluster/, as `run` would, with these variables. Throws Error(failed) where
// a node did not come through it: the run has said why.
void run_stage(const ClusterWork& work, const std::string& playbook, value::Dict variables);

// What such a one would change, shown as `run --check --diff` shows it; false: nothing. It is for
// playbooks that may be asked so. Throws Error(failed) where a node did not come through it.
bool would_change(const ClusterWork& work, const std::string& playbook, value::Dict variables,
                  cli::ShownOn shown_on);

// Carries out one step; `sight` is what it was decided by.
void take_step(const ClusterWork& work, const kubernetes::Step& step,
               const kubernetes::ClusterSight& sight);

// Nodes of the inventory that are in the cluster, answer and are ready, the control plane first.
std::vector<std::string> serving_members(const cli::ClusterSite& site,
                                         const kubernetes::ClusterSight& sight);

// A control-plane node to ask the API from. Throws Error(failed) where there is none.
std::string any_helper(const cli::ClusterSite& site, const kubernetes::ClusterSight& sight);

}  // namespace provisioner::cluster

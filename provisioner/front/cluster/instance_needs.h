#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact_store.h"
#include "provisioner/cluster/artifacts/needs.h"
#include "provisioner/front/cli/role_variables.h"
#include "provisioner/front/cluster/cluster_stages.h"

namespace provisioner::cluster {

// What an instance's roles and kubeadm take of the controller, as the inventory wishes it, with the
// version that the command is about. A role declares it by its own variables: ROLE_artifacts (dicts
// with `name` and `version`) and ROLE_images (names, without a tag where any will do). kubeadm is
// asked itself for its images, where the store has it and this machine can run it. Where an
// instance has no registry, images come from where their names say; those of registries in
// `registry_pull_through`, or `registry_proxies` of a registry that others look after, come by it:
// no lock has to name such. No node is asked. Throws Error(input) for what cannot be evaluated, or
// is of another form.
std::vector<artifacts::Need> instance_needs(const ClusterWork& work, const artifacts::Store& store);

// Packages that roles install by apt (ROLE_packages), of nodes with the same sources of packages.
struct PackageNeeds {
  std::vector<std::string> sources;  // lines of sources.list; none: those of the node's image
  std::vector<std::string> nodes;
  std::vector<std::pair<std::string, std::string>> packages;  // each with a role that installs it
};
std::vector<PackageNeeds> package_needs(const ClusterWork& work);

// Adds what none of these can be made of, of any role: nothing but the inventory is looked at.
void check_needs(const cli::ClusterSite& site, cli::RoleVariables& roles,
                 base::Diagnostics& diagnostics);

}  // namespace provisioner::cluster

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cluster/cluster_stages.h"
#include "provisioner/front/cluster/notes.h"
#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {

// Has the instance's API let in what images.lock of that registry names, as its inventory asks for
// (`admission_vetted_only`); `sight` is what the cluster was seen like. Throws Error(failed) where
// no control-plane node answers.
void bring_admission(const ClusterWork& work, const kubernetes::ClusterSight& sight,
                     const ReadRegistry& registry);

// Whose images.lock says what an instance may run. Nullopt where none does; but Error(input) where
// its inventory asks that images be vetted: that is never left aside without a word.
std::optional<ReadRegistry> admitting_registry(const cli::RunWords& words,
                                               const cli::ClusterSite& site);

// Adds the same mistake by the instance's nodes, which have the variables of a hand-over, and by
// the names that the inventory's registries are read by.
void check_admission(const cli::ClusterSite& site, const std::vector<cli::NamedNode>& nodes,
                     const std::set<std::string>& registries, base::Diagnostics& diagnostics);

// As admitting_registry, before anything is begun. Throws Error(input) as well where vetted images
// alone are to run and the images.lock of another instance's registry is not there: none would.
std::optional<ReadRegistry> require_admission(const cli::RunWords& words,
                                              const cli::ClusterSite& site);

// What is not asked of images in an instance, and what is from the next `cluster up` on. Throws as
// require_admission.
Notes admission_remarks(const cli::RunWords& words, const cli::ClusterSite& site);

// What the policy is told: by the 64 digits of a digest, the names that it was vetted under. Throws
// Error(refused) for more than a ConfigMap holds.
value::Dict vetted_digests(const std::vector<registry::VettedImage>& images);

}  // namespace provisioner::cluster

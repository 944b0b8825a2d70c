#pragma once

#include <vector>

#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cluster/cluster_stages.h"

namespace provisioner::cluster {

// Has the instance's API let in what images.lock names, as its inventory asks for
// (`admission_vetted_only`); `sight` is what the cluster was seen like. Without a registry of its
// own an instance has no such list. Throws Error(failed) where no control-plane node answers.
void bring_admission(const ClusterWork& work, const kubernetes::ClusterSight& sight);

// What the policy is told: by the 64 digits of a digest, the names that it was vetted under. Throws
// Error(refused) for more than a ConfigMap holds.
value::Dict vetted_digests(const std::vector<registry::VettedImage>& images);

}  // namespace provisioner::cluster

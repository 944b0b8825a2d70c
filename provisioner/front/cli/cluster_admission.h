#pragma once

#include "provisioner/front/cli/cluster_stages.h"

namespace provisioner::cli {

// Has the instance's API let in what images.lock names, as its inventory asks for
// (`admission_vetted_only`); `sight` is what the cluster was seen like. Without a registry of its
// own an instance has no such list. Throws Error(failed) where no control-plane node answers.
void bring_admission(const ClusterWork& work, const kubernetes::ClusterSight& sight);

}  // namespace provisioner::cli

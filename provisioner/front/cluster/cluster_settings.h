#pragma once

#include <string>
#include <vector>

#include "provisioner/front/cluster/cluster_session.h"

namespace provisioner::cluster {

// Has a cluster that is up run with what the inventory says of its control plane and kubelets now:
// programs that have something new start again, one control-plane node after another. Throws
// Error(failed) where one does not come back; what it ran with before is in its place again.
void bring_settings(ClusterSession& session);

// Has control-plane nodes share the address of the API as the inventory says, without those that
// have left. It needs no API for that; in the end it asks it, and throws Error(failed) where it
// does not answer there.
void bring_endpoint(const ClusterWork& work, const kubernetes::ClusterSight& sight,
                    const std::vector<std::string>& without = {});

// Whether there is anything that it would have them take up, which is shown; no node is changed.
bool would_bring_settings(const ClusterWork& work, const kubernetes::ClusterSight& sight,
                          cli::ShownOn shown_on);

}  // namespace provisioner::cluster

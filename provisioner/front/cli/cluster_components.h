#pragma once

#include "provisioner/front/cli/cluster_session.h"

namespace provisioner::cli {

// Has on the cluster what is ours of its components, tells where they are reached, and of those
// that were brought once and are somebody else's now.
void bring_components(ClusterSession& session);

}  // namespace provisioner::cli

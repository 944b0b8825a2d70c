#pragma once

#include "provisioner/front/cli/cluster_session.h"

namespace provisioner::cli {

// Has the site's registry run, and in it all images of the lock. Where the instance has none, nodes
// get their images elsewhere.
void bring_registry(const ClusterSession& session);

}  // namespace provisioner::cli

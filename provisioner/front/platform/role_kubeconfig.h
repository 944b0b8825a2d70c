#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/front/cli/cluster_site.h"

namespace provisioner::platform {

// A kubeconfig for one role of an instance.
struct RoleKubeconfig {
  value::Value file;      // secret where it has a certificate
  std::string user = {};  // by which the API's audit log knows who uses it; "" by an issuer
  std::optional<std::chrono::sys_seconds> ends = {};
};

// How it is made: `hours` that a certificate lives (0: as the role says), `server` by which the API
// is reached ("": by its name).
struct KubeconfigWish {
  int hours = 0;
  std::string server = {};
};

// By the site's issuer, or with a certificate whose key is made here and known nowhere else, and
// that the cluster has signed for the role alone. Throws Error(failed) where no control-plane node
// answers, or the cluster signs something else than was asked for.
RoleKubeconfig role_kubeconfig(const cli::RunWords& words, const cli::ClusterSite& site,
                               const access::Role& role, const KubeconfigWish& wish);

}  // namespace provisioner::platform

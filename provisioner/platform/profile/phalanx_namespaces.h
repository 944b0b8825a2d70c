#pragma once

#include <array>
#include <string_view>

namespace provisioner::profile {

// A namespace by which an environment of Phalanx is known on a cluster.
struct PhalanxNamespace {
  std::string_view name;
  bool is_made_by_it;  // false: an instance may declare it in `access`, before Phalanx comes
};

// Those of applications that every environment has and that stand below all others
// (lsst-sqre/phalanx, src/phalanx/services/environment.py, docs/admin/requirements.rst), and that
// of notebooks.
inline constexpr std::array<PhalanxNamespace, 6> phalanx_namespaces = {{
    {"argocd", true},
    {"cert-manager", true},
    {"gafaelfawr", true},
    {"ingress-nginx", true},
    {"vault-secrets-operator", true},
    {"nublado", false},
}};

// The ingress class of its own ingress, which its charts name (applications/ingress-nginx/
// values.yaml, applications/gafaelfawr/templates/ingress.yaml).
inline constexpr std::string_view phalanx_ingress_class = "nginx";

}  // namespace provisioner::profile

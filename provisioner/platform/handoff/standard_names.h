#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::handoff {

// What a bundle takes where the inventory is silent, for it and for the gates that look at what was
// made of it.

// Of an instance's environments of Phalanx and of Gen3: "lsp-prod" of "lsp_prod", since an instance
// is named as a group of the inventory, and they as a host.
std::string standard_environment(const std::string& instance);
inline constexpr const char* standard_gen3_namespace = "gen3";
inline constexpr const char* standard_argo_cd_namespace = "argocd";
std::string standard_vault_path(const std::string& environment);  // of Phalanx

// The name of an instance's environment of Phalanx: `phalanx.fqdn`, else `phalanx_fqdn`, else
// `instance_domain`; "" where none is said.
std::string phalanx_name(const value::Value& variables);
// The address that is kept for its ingress: `phalanx.address`, else `phalanx_address`, else
// `ingress_address`; "" where none is said.
std::string phalanx_address(const value::Value& variables);
// Where Nublado lists images of notebooks and nodes pull them from: `phalanx.lab.registry`, else
// the site's, else Docker Hub by the name that speaks the distribution API there
// (lsst-sqre/phalanx, applications/nublado/values-ccin2p3.yaml).
std::string notebook_registry(const std::string& said, const std::string& of_site);

}  // namespace provisioner::handoff

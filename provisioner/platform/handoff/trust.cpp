// tls/: whom to trust.

#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::Value;

// cert-manager finds the key of the authority in a Secret that the site makes; its name alone is
// here.
Value issuer(const std::string& name, const std::string& secret) {
  Dict made = object("cert-manager.io/v1", "ClusterIssuer", {{"name", name}});
  made.set("spec", Dict{{"ca", Dict{{"secretName", secret}}}});
  return made;
}

}  // namespace

Files tls_files(const Instance& instance) {
  Files files;
  if (instance.site_authority.empty()) return files;
  files["tls/site-ca.crt"] = instance.site_authority;
  Dict trust = object("v1", "ConfigMap", {{"name", "site-trust"}, {"namespace", "kube-public"}});
  trust.set("data", Dict{{"ca.crt", instance.site_authority}});
  files["tls/trust.yaml"] =
      yaml_documents("The site's authority, for pods that check its certificates.", {trust});
  const profile::Owner owner = instance.owners.owner_of("cert_manager");
  const std::string name = instance.text("cluster_issuer");
  if (owner == profile::Owner::site && !name.empty())
    files["tls/issuer.yaml"] = yaml_documents(
        "What certificates of the site come from; its key is in a Secret that the site makes.",
        {issuer(name, instance.text("cluster_issuer_secret", name))});
  return files;
}

}  // namespace provisioner::handoff

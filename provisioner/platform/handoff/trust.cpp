// tls/: whom to trust, and who signs certificates in the cluster.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/standard_names.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {
namespace {

using profile::Owner;
using value::Dict;
using value::List;
using value::Value;

// As the role cert_manager has it where nobody says otherwise.
constexpr const char* standard_name = "site-ca";
constexpr const char* trust_name = "site-trust";

Value issuer(const std::string& name, Dict spec) {
  Dict made = object("cert-manager.io/v1", "ClusterIssuer", {{"name", name}});
  made.set("spec", std::move(spec));
  return made;
}

// cert-manager finds the key of the authority in a Secret; its name alone is here.
Dict by_authority(const std::string& secret) { return {{"ca", Dict{{"secretName", secret}}}}; }

Dict by_acme(const Instance& instance, const Value& one) {
  const std::string name = text_of(one, "name");
  const Dict through_ingress{{"ingress", Dict{{"ingressClassName", "traefik"}}}};
  const Value* solvers = one.find("solvers");
  Dict acme{
      {"server", text_of(one, "server")},
      {"email", text_of(one, "email")},
      {"privateKeySecretRef", Dict{{"name", "account-" + name}}},
      {"solvers",
       solvers != nullptr ? *solvers : Value(List{Value(Dict{{"http01", through_ingress}})})}};
  if (const auto found = instance.issuer_authorities.find(name);
      found != instance.issuer_authorities.end())
    acme.set("caBundle", base::base64_encode(found->second));
  if (const Value* more = one.find("more"); more != nullptr && more->is_dict())
    for (const auto& [key, entry] : more->dict()) acme.set(key, entry);
  return {{"acme", std::move(acme)}};
}

std::vector<Value> own_issuers(const Instance& instance) {
  std::vector<Value> all;
  for (const Value& one : items_of(instance.find("cert_manager_issuers"))) {
    const std::string name = text_of(one, "name");
    all.push_back(issuer(name, text_of(one, "kind") == "acme" ? by_acme(instance, one)
                                                              : by_authority("issuer-" + name)));
  }
  if (all.empty())
    all.push_back(
        issuer(standard_issuer(instance), by_authority("issuer-" + standard_issuer(instance))));
  return all;
}

// Namespaces whose pods are the instance's own: a pod mounts nothing of another's.
std::vector<std::string> namespaces_of(const Instance& instance) {
  std::vector<std::string> names = instance.declared_namespaces();
  const Value* gen3 = instance.find("gen3");
  if (instance.owners.platform == profile::Platform::gen3 && gen3 != nullptr)
    if (const std::string name = text_of(*gen3, "namespace", standard_gen3_namespace);
        std::ranges::find(names, name) == names.end())
      names.push_back(name);
  return names;
}

// As trust-manager would have it of a Bundle: the same ConfigMap in each.
std::vector<Value> trust_objects(const Instance& instance) {
  std::vector<Value> all;
  for (const std::string& name : namespaces_of(instance)) {
    Dict made = object("v1", "ConfigMap", {{"name", trust_name}, {"namespace", name}});
    made.set("data", Dict{{"ca.crt", instance.site_authority}});
    all.emplace_back(std::move(made));
  }
  return all;
}

std::string issuers_text(const Instance& instance) {
  const Owner owner = instance.owners.owner_of("cert_manager");
  if (owner == Owner::provisioner)
    return yaml_documents(
        "What certificates come from, as it stands on the cluster; keys of authorities are in "
        "Secrets of it.",
        own_issuers(instance));
  const std::string name = instance.text("cluster_issuer");
  if (owner != Owner::site || name.empty()) return "";
  return yaml_documents(
      "What certificates of the site come from; its key is in a Secret that the site makes.",
      {issuer(name, by_authority(instance.text("cluster_issuer_secret", name)))});
}

}  // namespace

std::string standard_issuer(const Instance& instance) {
  const std::string said = instance.text("cluster_issuer");
  if (!said.empty() || !instance.owners.is_ours("cert_manager")) return said;
  const List& issuers = items_of(instance.find("cert_manager_issuers"));
  return issuers.empty() ? standard_name : text_of(issuers.front(), "name");
}

Files tls_files(const Instance& instance) {
  Files files;
  if (const std::string text = issuers_text(instance); !text.empty())
    files["tls/issuer.yaml"] = text;
  if (instance.site_authority.empty()) return files;
  files["tls/site-ca.crt"] = instance.site_authority;
  if (const auto trust = trust_objects(instance); !trust.empty())
    files["tls/trust.yaml"] = yaml_documents(
        "The site's authority, for pods that check its certificates: mounted at /etc/site-trust, "
        "its key ca.crt is /etc/site-trust/ca.crt.",
        trust);
  return files;
}

}  // namespace provisioner::handoff

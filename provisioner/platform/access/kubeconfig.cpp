// Files by which people of a role reach the API.

#include "provisioner/platform/access/kubeconfig.h"

#include "provisioner/base/base/text.h"

namespace provisioner::access {
namespace {

using value::Dict;
using value::List;
using value::Value;

constexpr std::size_t longest_name = 64;
constexpr int seconds_of_hour = 3600;

Value kubeconfig(const ApiPlace& place, const Role& role, Dict user) {
  const std::string name = role.name + "@" + place.instance;
  Dict context{{"cluster", place.instance}, {"user", name}};
  if (!role.namespaces.empty()) context.set("namespace", role.namespaces.front());
  return Dict{{"apiVersion", "v1"},
              {"kind", "Config"},
              {"clusters", List{Dict{{"name", place.instance},
                                     {"cluster", Dict{{"server", place.server},
                                                      {"certificate-authority-data",
                                                       base::base64_encode(place.authority)}}}}}},
              {"users", List{Dict{{"name", name}, {"user", std::move(user)}}}},
              {"contexts", List{Dict{{"name", name}, {"context", std::move(context)}}}},
              {"current-context", name}};
}

}  // namespace

Value certificate_kubeconfig(const ApiPlace& place, const Role& role, std::string_view certificate,
                             std::string_view key) {
  return kubeconfig(place, role,
                    Dict{{"client-certificate-data", base::base64_encode(certificate)},
                         {"client-key-data", base::base64_encode(key)}});
}

Value oidc_kubeconfig(const ApiPlace& place, const Role& role, const Issuer& issuer) {
  List words{"oidc-login", "get-token", "--oidc-issuer-url=" + issuer.url,
             "--oidc-client-id=" + issuer.client};
  for (const std::string& scope : issuer.scopes) words.emplace_back("--oidc-extra-scope=" + scope);
  Dict exec{
      {"apiVersion", "client.authentication.k8s.io/v1"},
      {"command", "kubectl"},
      {"args", std::move(words)},
      {"installHint", "kubectl's plug-in oidc-login is missing: it logs you in at the issuer"},
      {"interactiveMode", "IfAvailable"},
      {"provideClusterInfo", false}};
  return kubeconfig(place, role, Dict{{"exec", std::move(exec)}});
}

std::string user_name(const Role& role, const std::string& operator_name) {
  return (role.own_group() + ":" + operator_name).substr(0, longest_name);
}

Value signing_request(const std::string& name, int hours, std::string_view request) {
  return Dict{{"apiVersion", "certificates.k8s.io/v1"},
              {"kind", "CertificateSigningRequest"},
              {"metadata", Dict{{"name", name}}},
              {"spec", Dict{{"request", base::base64_encode(request)},
                            {"signerName", "kubernetes.io/kube-apiserver-client"},
                            {"expirationSeconds", hours * seconds_of_hour},
                            {"usages", List{"client auth"}}}}};
}

}  // namespace provisioner::access

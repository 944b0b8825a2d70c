// identity/: how people are known.

#include "provisioner/platform/handoff/object.h"
#include "provisioner/platform/handoff/parts.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::handoff {

using value::Dict;
using value::List;
using value::Value;

Files identity_files(const Instance& instance, const std::vector<OidcClient>& clients) {
  Files files;
  if (!instance.users_report.empty()) files["identity/users.json"] = instance.users_report;
  if (!instance.users_table.empty()) files["identity/uidmap.csv"] = instance.users_table;
  List list;
  for (const OidcClient& one : clients)
    list.emplace_back(
        Dict{{"client_id", one.client},
             {"of", one.of},
             {"redirect_urls", List(one.redirect_urls.begin(), one.redirect_urls.end())},
             {"secret", one.secret.empty() ? Value() : Value(one.secret)}});
  if (!list.empty())
    files["identity/oidc-clients.yaml"] =
        "# Clients to register at the site's issuer; `secret` says where each one's secret is "
        "kept.\n" +
        yaml_text(Dict{{"clients", std::move(list)}});
  return files;
}

}  // namespace provisioner::handoff

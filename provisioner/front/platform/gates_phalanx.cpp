// What gates of Phalanx are told of a site.

#include "provisioner/front/platform/gates_phalanx.h"

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/platform/gates_vault.h"
#include "provisioner/front/platform/gates_words.h"
#include "provisioner/platform/handoff/standard_names.h"

namespace provisioner::platform {
namespace {

using value::Dict;
using value::Value;

// Nublado's own: whoever bears it takes notebooks.
constexpr const char* lab_label = "nublado.lsst.io/permitted";

// Where applications of Phalanx have their charts (lsst-sqre/phalanx, applications/*/Chart.yaml).
constexpr const char* standard_charts =
    "https://argoproj.github.io/argo-helm https://charts.jetstack.io "
    "https://jupyterhub.github.io/helm-chart https://kubernetes.github.io/ingress-nginx "
    "https://lsst-sqre.github.io/charts https://ricoberger.github.io/helm-charts";

bool takes_notebooks(const kubernetes::WishedNode& node) { return node.labels.contains(lab_label); }

// "PATH KIND SCHEMA" a line, of exports with homes.
std::string homes_of(const GatesSite& site) {
  std::string text;
  const Value* exports = site.variable("identity.exports");
  if (exports == nullptr || !exports->is_list()) return text;
  for (const Value& one : exports->list())
    if (const std::string schema = value::text_or(one, "homes", ""); !schema.empty())
      text += value::text_or(one, "path", "") + " " + value::text_or(one, "kind", "nfs") + " " +
              schema + "\n";
  return text;
}

// "gafaelfawr URL" a line, of those databases of the site that the bundle hands over.
std::string databases_of(const GatesSite& site) {
  std::string text;
  for (const char* name : {"gafaelfawr", "nublado"})
    if (const std::string url = site.text(std::string("phalanx.databases.") + name); !url.empty())
      text += std::string(name) + " " + url + "\n";
  return text;
}

// "TIER NODE" a line, as the inventory labels nodes for Qserv.
std::string tiers_of(const GatesSite& site) {
  std::string text;
  for (const kubernetes::WishedNode* node : site.cluster.wish.nodes())
    if (const auto tier = node->labels.find("tier"); tier != node->labels.end())
      text += tier->second + " " + node->name + "\n";
  return text;
}

// What stands in a pod's volume, without its name: "\"nfs\": {...}".
std::string work_area(const GatesSite& site) {
  if (const Value* nfs = site.variable("phalanx_portal.workarea.nfs"))
    return "\"nfs\": " + value::write_json(*nfs);
  const std::string path = site.text("phalanx_portal.workarea.host_path");
  return path.empty() ? "" : "\"hostPath\": " + value::write_json(Value(Dict{{"path", path}}));
}

bool has_portal(const GatesSite& site) {
  const Value* applications = site.variable("phalanx.applications");
  if (applications == nullptr || !applications->is_list()) return true;
  return std::ranges::any_of(applications->list(), [](const Value& one) {
    return one.is_string() && one.text() == "portal";
  });
}

// "NAMESPACE/NAME ADDRESS" a line.
std::string networks_of(const Value* networks) {
  std::string text;
  if (networks == nullptr || !networks->is_list()) return text;
  for (const Value& one : networks->list())
    text += value::text_or(one, "name", "") + " " + value::text_or(one, "reach", "-") + "\n";
  return text;
}

// As the bundle reads them.
void put_name_and_address(std::string& text, const GatesSite& site) {
  const Value variables = site.first_variables();
  put(text, "FQDN", handoff::phalanx_name(variables));
  put(text, "PHALANX_ADDRESS", handoff::phalanx_address(variables));
}

std::string certificate_of(const GatesSite& site) {
  const std::string file = site.text("phalanx_certificate");
  if (file.empty()) return certificate_in_vault(site);
  return os::read_file(site.beside_inventory(file)).value_or("");
}

}  // namespace

std::vector<std::string> phalanx_variables() {
  return {
      "identity",          "phalanx",          "phalanx_certificate",       "phalanx_checkout",
      "phalanx_portal",    "phalanx_networks", "phalanx_helm_repositories", "phalanx_init_homes",
      "phalanx_prepulled", "phalanx_vault",    "phalanx_route53_zone",      "phalanx_qserv",
      "phalanx_fqdn",      "phalanx_address"};
}

std::string phalanx_environment(const GatesSite& site) {
  std::string text;
  const Value* charts = site.variable("phalanx_helm_repositories");
  const Value* networks = site.variable("phalanx_networks");
  put(text, "DATABASES", databases_of(site));
  put(text, "TIERS", tiers_of(site));
  put(text, "QSERV", site.text("phalanx_qserv"));
  put_name_and_address(text, site);
  put(text, "ROUTE53_ZONE", site.text("phalanx_route53_zone"));
  put(text, "PHALANX_REPOSITORY", site.text("phalanx.repository"));
  put(text, "HELM_REPOSITORIES", charts == nullptr ? standard_charts : words_of(charts));
  put(text, "LAB_REGISTRY",
      handoff::notebook_registry(site.text("phalanx.lab.registry"),
                                 site.text("container_runtime_registry")));
  put(text, "HAS_PORTAL", has_portal(site) ? "yes" : "");
  put(text, "PORTAL_VOLUME", work_area(site));
  put(text, "PORTAL_CLASS", site.text("phalanx_portal.workarea.class"));
  put(text, "DECLARES_NETWORKS", networks == nullptr ? "" : "yes");
  put(text, "NETWORKS", networks_of(networks));
  return text;
}

std::vector<std::string> notebook_nodes(const GatesSite& site) {
  const auto& workers = site.cluster.wish.workers;
  const bool is_any = std::ranges::none_of(workers, takes_notebooks);
  std::vector<std::string> names;
  for (const kubernetes::WishedNode& one : workers)
    if (is_any || takes_notebooks(one)) names.push_back(one.name);
  return names;
}

std::string phalanx_node_environment(const GatesSite& site, const std::string& node) {
  const std::vector<std::string> takers = notebook_nodes(site);
  const bool takes = std::ranges::find(takers, node) != takers.end();
  const std::string makes = base::lower_case(site.text("phalanx_init_homes", "true"));
  std::string text;
  put(text, "TAKES_NOTEBOOKS", takes ? "yes" : "");
  put(text, "HOMES", homes_of(site));
  put(text, "PILOTS", words_of(site.variable("identity.pilots")));
  put(text, "INIT_HOMES", makes == "false" ? "" : "yes");
  return text;
}

std::vector<gates::Line> give_certificate(const HereContext& context) {
  const std::string text = certificate_of(context.site);
  give_script(context, text.empty() ? "no-certificate" : "chain.pem", text);
  return {};
}

}  // namespace provisioner::platform

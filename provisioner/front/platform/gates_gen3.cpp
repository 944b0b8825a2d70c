// What gates of Gen3 are told of a site: that which the bundle tells Gen3.

#include "provisioner/front/platform/gates_gen3.h"

#include "provisioner/front/platform/gates_objects.h"
#include "provisioner/front/platform/gates_words.h"
#include "provisioner/platform/handoff/standard_names.h"
#include "provisioner/platform/handoff/yaml_text.h"

namespace provisioner::platform {
namespace {

using value::Value;

// Stands for the namespace of a run, which its script puts there.
constexpr const char* run_namespace = "@NAMESPACE@";

// So much of an instance as decides what Gen3 is told.
handoff::Instance known_instance(const GatesSite& site) {
  handoff::Instance instance;
  instance.name = site.cluster.wish.instance;
  instance.owners = site.cluster.profile;
  instance.api_url = site.cluster.api_url();
  instance.variables = site.first_variables();
  for (const kubernetes::WishedNode* node : site.cluster.wish.nodes()) {
    const Value* labels = site.variable_of(node->name, "node_labels");
    const bool has_labels = labels != nullptr && labels->is_dict();
    instance.nodes.push_back(
        {.name = node->name, .labels = has_labels ? labels->dict() : value::Dict()});
  }
  return instance;
}

// Of names those that it has where the inventory declares none.
handoff::Gen3 standard_gen3(const GatesSite& site) {
  handoff::Gen3 gen3;
  gen3.environment = handoff::standard_environment(site.cluster.wish.instance);
  gen3.name_space = handoff::standard_gen3_namespace;
  return gen3;
}

void put_servers(std::string& text, const handoff::Gen3& gen3) {
  put(text, "POSTGRES_HOST", gen3.postgres.host);
  put(text, "POSTGRES_PORT", std::to_string(gen3.postgres.port));
  put(text, "POSTGRES_USER", gen3.postgres.user);
  put(text, "ELASTICSEARCH", gen3.search.host);
  put(text, "SEARCH_NAME", handoff::gen3_search_name);
  put(text, "ELASTICSEARCH_IS_OWN_NAME",
      handoff::is_own_search_name(gen3.search.host, gen3.name_space) ? "yes" : "");
  put(text, "SEARCH_OBJECTS",
      handoff::yaml_documents("As the bundle has them.",
                              handoff::search_objects(gen3, run_namespace)));
  put(text, "S3", gen3.storage.url);
  put(text, "OIDC_CLIENT", gen3.login.client);
  put(text, "OIDC_ID", gen3.login.id);
  put(text, "OIDC_DISCOVERY", gen3.login.discovery.starts_with("http") ? gen3.login.discovery : "");
}

}  // namespace

std::vector<std::string> gen3_variables() {
  std::vector<std::string> names = handoff::variables_of_gen3();
  for (const char* name : {"gen3_deployer", "gen3_postgres_password", "gen3_s3_key", "node_labels"})
    names.emplace_back(name);
  return names;
}

std::optional<handoff::Gen3> gen3_of(const GatesSite& site) {
  const Value* said = site.variable("gen3");
  if (said == nullptr || said->is_none()) return std::nullopt;
  base::Diagnostics told_by_the_hand_off;
  return handoff::read_gen3(known_instance(site), told_by_the_hand_off);
}

std::string gen3_environment(const GatesSite& site) {
  std::string text;
  const auto said = gen3_of(site);
  const handoff::Gen3 gen3 = said.value_or(standard_gen3(site));
  put(text, "PUBLIC_NAME", gen3.hostname);
  put(text, "GEN3_NAMESPACE", gen3.name_space);
  put(text, "NGINX_RESOLVER", gen3.resolver);
  put_servers(text, gen3);
  put(text, "POSTGRES_PASSWORD", site.text("gen3_postgres_password"));
  put(text, "WORKSPACES", said ? gen3.workspaces() : "");
  put(text, "HAS_WORKSPACE_NODES", gen3.has_workspace_nodes ? "true" : "false");
  put(text, "TRUSTS_SITE_AUTHORITY", gen3.trusts_site_authority ? "true" : "false");
  put(text, "ARGO_REPOSITORIES", gen3.values.repository);
  put(text, "DEPLOYS_EXTERNAL_SECRETS", gen3.has_external_secrets ? "true" : "false");
  put(text, "ARGO_APPLICATION", handoff::release_name(gen3));
  put(text, "ARGO_IS_ELSEWHERE", gen3.values.is_from_elsewhere ? "true" : "false");
  // As whom `argocd cluster add` has an Argo CD come that stands in another cluster
  // (argoproj/argo-cd, util/clusterauth).
  const std::string controller =
      gen3.values.is_from_elsewhere
          ? "kube-system:argocd-manager"
          : site.text("argo_cd_namespace", handoff::standard_argo_cd_namespace) +
                ":argocd-application-controller";
  put(text, "DEPLOYER", site.text("gen3_deployer", "system:serviceaccount:" + controller));
  const ObjectUrls urls = object_urls(site, "inside").value_or(ObjectUrls{});
  put(text, "S3_PUT", urls.put);
  put(text, "S3_GET", urls.get);
  put(text, "S3_DELETE", urls.remove);
  return text;
}

}  // namespace provisioner::platform

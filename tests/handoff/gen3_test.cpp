// What Gen3 is told of a site.

#include "provisioner/platform/handoff/gen3.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/object.h"
#include "sites.h"

namespace provisioner::handoff {
namespace {

using testing::HasSubstr;
using value::Value;

Value values_of(const Instance& instance) {
  base::Diagnostics diagnostics;
  const Gen3 gen3 = read_gen3(instance, diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics), "");
  return gen3_values(gen3);
}

std::string at(Value value, const std::vector<std::string>& path) {
  for (const std::string& key : path) {
    const Value* found = value.find(key);
    if (found == nullptr) return "nothing";
    value = Value(*found);
  }
  return value::Dict::key_text(value);
}

std::string mistakes(const std::string& more) {
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3", std::string(gen3_variables) + more), diagnostics);
  return mistakes_in(diagnostics);
}

const Value gen3_word("gen3");

Value owners(const std::string& yaml) {
  base::Diagnostics diagnostics;
  return value::read_yaml(base::register_source("owners.yml", yaml), diagnostics);
}

TEST(Gen3Values, AreThoseOfASiteOfBareMetal) {
  const Value values = values_of(instance_with("gen3", gen3_variables));
  EXPECT_EQ(at(values, {"global", "dev"}), "false");
  EXPECT_EQ(at(values, {"global", "hostname"}), "data.example.org");
  EXPECT_EQ(at(values, {"global", "externalSecrets", "deploy"}), "false");
  EXPECT_EQ(at(values, {"global", "postgres", "externalSecret"}), "gen3-postgres-master");
  EXPECT_EQ(at(values, {"global", "postgres", "dbCreate"}), "true");
  EXPECT_EQ(at(values, {"revproxy", "service", "type"}), "ClusterIP");
  EXPECT_EQ(at(values, {"revproxy", "nginx", "resolver"}), "10.96.0.10");
  EXPECT_EQ(at(values, {"revproxy", "ingress", "className"}), "traefik");
  EXPECT_EQ(at(values, {"hatchery", "hatchery", "skipNodeSelector"}), "true");
  EXPECT_EQ(at(values, {"guppy", "enabled"}), "false");
}

TEST(Gen3Values, NameEachPasswordThatTheChartsWouldMakeAnew) {
  const Value values = values_of(instance_with("gen3", gen3_variables));
  for (const char* service :
       {"arborist", "audit", "fence", "indexd", "metadata", "peregrine", "sheepdog", "wts"})
    EXPECT_EQ(at(values, {service, "postgres", "password"}),
              "<path:secret/data/gen3/main/" + std::string(service) + "#postgres_password>");
  EXPECT_EQ(at(values, {"fence", "FENCE_CONFIG", "OPENID_CONNECT", "site", "client_secret"}),
            "<path:secret/data/gen3/main/fence#client_secret>");
  EXPECT_EQ(at(values, {"global", "tls", "key"}), "<path:secret/data/gen3/main/revproxy#tls.key>");
}

TEST(Gen3Values, HaveTheDiscoveryPageShowThisCommonsAndNotItsMakers) {
  const Value values = values_of(instance_with("gen3", gen3_variables));
  const std::string text = at(values, {"metadata", "aggMdsConfig"});
  const Value config = value::read_json(text, "aggregate_config.json");
  EXPECT_EQ(at(config, {"adapter_commons", "main", "mds_url"}), "https://data.example.org/");
  EXPECT_EQ(at(config, {"adapter_commons", "main", "commons_url"}), "data.example.org/");
  EXPECT_EQ(at(config, {"adapter_commons", "main", "config", "guid_type"}), "discovery_metadata");
  EXPECT_EQ(at(config, {"adapter_commons", "main", "field_mappings", "commons"}), "main");
  EXPECT_EQ(at(config, {"adapter_commons", "main", "field_mappings", "tags"}), "path:tags");
  EXPECT_EQ(at(config, {"configuration", "schema", "tags", "type"}), "array");
  EXPECT_THAT(text, testing::Not(HasSubstr("datacommons.io")));
  EXPECT_EQ(at(values, {"metadata", "useAggMds"}), "true");
  EXPECT_EQ(at(values, {"metadata", "suspendCronjob"}), "false");
}

TEST(Gen3Values, HaveTheDiscoveryPageAsTheSiteSays) {
  const Value values = values_of(instance_with(
      "gen3", std::string(gen3_variables) +
                  "  frontend_config: {repository: \"https://git.example.org/pages.git\", "
                  "directory: agdr}\n"
                  "  discovery: {name: AGDR, schedule: \"0 3 * * *\", fields: {title: \"path:t\"}, "
                  "others: [{name: Other, url: \"https://other.example.org/\"}]}\n"));
  const Value config =
      value::read_json(at(values, {"metadata", "aggMdsConfig"}), "aggregate_config.json");
  EXPECT_EQ(at(config, {"adapter_commons", "AGDR", "field_mappings", "title"}), "path:t");
  EXPECT_EQ(at(config, {"adapter_commons", "Other", "mds_url"}), "https://other.example.org/");
  EXPECT_EQ(at(values, {"metadata", "schedule"}), "0 3 * * *");
  EXPECT_EQ(at(values, {"frontend-framework", "customConfig", "repo"}),
            "https://git.example.org/pages.git");
  EXPECT_EQ(at(values, {"frontend-framework", "customConfig", "branch"}), "main");
  EXPECT_EQ(at(values, {"frontend-framework", "customConfig", "dir"}), "agdr");
}

TEST(Gen3Values, SwitchTheDiscoveryPageOfThePortalOn) {
  const Value values = values_of(instance_with(
      "gen3", std::string(gen3_variables) +
                  "  frontend: portal\n"
                  "  portal_config: {requiredCerts: [], featureFlags: {explorer: true}}\n"));
  const Value config = value::read_json(at(values, {"portal", "gitops", "json"}), "gitops.json");
  EXPECT_EQ(at(config, {"featureFlags", "discovery"}), "true");
  EXPECT_EQ(at(config, {"featureFlags", "discoveryUseAggMDS"}), "true");
  EXPECT_EQ(at(config, {"featureFlags", "explorer"}), "true");
}

TEST(Gen3Values, TakeSecretsFromExternalSecretsOnlyWhereSomebodyHasIt) {
  const std::string asked = std::string(gen3_variables) + "  external_secrets: true\n";
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3", asked), diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics),
            "instance_main.yml:16:21: error: the charts are to take secrets from External Secrets, "
            "and nobody has it\n"
            "   16 |   external_secrets: true\n"
            "      |                     ^\n"
            "hint: components: {external_secrets: site}, of release 0.16\n");
  const Value theirs = owners("{external_secrets: site}");
  Instance instance = instance_with("gen3", asked);
  base::Diagnostics ignored;
  instance.owners = profile::profile_of(&gen3_word, &theirs, ignored);
  EXPECT_EQ(at(values_of(instance), {"global", "externalSecrets", "deploy"}), "true");
  Instance silent = instance_with("gen3", gen3_variables);
  silent.owners = instance.owners;
  EXPECT_EQ(at(values_of(silent), {"global", "externalSecrets", "deploy"}), "false");
}

TEST(Gen3Values, PutWorkspacesOnTheNodesThatAreForThem) {
  Instance instance = instance_with("gen3", gen3_variables);
  instance.nodes.back().labels.set("role", "jupyter");
  EXPECT_EQ(at(values_of(instance), {"hatchery", "hatchery", "skipNodeSelector"}), "false");
}

TEST(Gen3Values, HaveWorkspacesStartedAndLookedForInOneNamespace) {
  const Value values =
      values_of(instance_with("gen3", std::string(gen3_variables) + "  namespace: commons\n"));
  EXPECT_EQ(at(values, {"hatchery", "jupyterNamespace"}), "jupyter-pods-commons");
  EXPECT_EQ(at(values, {"ambassador", "jupyterNamespace"}), "jupyter-pods-commons");
}

TEST(Gen3Files, LeadToElasticsearchByTheNameThatServicesHaveForIt) {
  base::Diagnostics diagnostics;
  const Instance instance = instance_with("gen3", gen3_variables);
  const Files files = gen3_files(instance, read_gen3(instance, diagnostics));
  EXPECT_THAT(files.at("gen3/namespace.yaml"), HasSubstr("addresses: [\"10.23.0.40\"]"));
  EXPECT_EQ(files.at("gen3/values.yaml"),
            files.at("gen3/gitops/main/data.example.org/values/values.yaml"));
  EXPECT_THAT(files.at("gen3/gitops/main/data.example.org/templates/app.yaml"),
              HasSubstr("targetRevision: \"0.3.90\""));
  EXPECT_THAT(files.at("gen3/checks/postgres.sh"), HasSubstr("PGHOST:-pg.example.org"));
  EXPECT_THAT(
      files.at("gen3/secrets.template.yaml"),
      HasSubstr("wts: {encpryption_key: null, secret_key: null, postgres: {password: null}}"));
}

TEST(Gen3Files, MakeTheNameOfElasticsearchInAnyNamespace) {
  base::Diagnostics diagnostics;
  Gen3 gen3 = read_gen3(instance_with("gen3", gen3_variables), diagnostics);
  const std::vector<Value> by_address = search_objects(gen3, "gates-x");
  ASSERT_EQ(by_address.size(), 2U);
  for (const Value& one : by_address) EXPECT_EQ(at(one, {"metadata", "namespace"}), "gates-x");
  gen3.search.host = "es.example.org";
  const std::vector<Value> by_name = search_objects(gen3, "gates-x");
  ASSERT_EQ(by_name.size(), 1U);
  EXPECT_EQ(at(by_name.front(), {"metadata", "name"}), "gen3-elasticsearch-master");
  EXPECT_EQ(at(by_name.front(), {"spec", "externalName"}), "es.example.org");
}

TEST(Gen3Files, GoToTheClusterByItsApiWhereArgoCdIsTheSites) {
  const auto goes_to = [](const std::string& gitops, profile::Owner owner) {
    std::string variables = gen3_variables;
    variables.replace(variables.find("commons.git\""), 12, "commons.git\"" + gitops);
    Instance instance = instance_with("gen3", variables);
    for (profile::Ownership& one : instance.owners.components)
      if (one.component == "argo_cd") one.owner = owner;
    base::Diagnostics diagnostics;
    const Value made = application(instance, read_gen3(instance, diagnostics));
    EXPECT_EQ(mistakes_in(diagnostics), "");
    return at(made, {"spec", "destination", "server"}) + " " +
           at(made, {"spec", "destination", "name"});
  };
  using profile::Owner;
  EXPECT_EQ(goes_to("", Owner::site), "https://api.example.org:6443 nothing");
  EXPECT_EQ(goes_to("", Owner::platform), "https://kubernetes.default.svc nothing");
  EXPECT_EQ(goes_to(", destination: in-cluster", Owner::site),
            "https://kubernetes.default.svc nothing");
  EXPECT_EQ(goes_to(", destination: agdr", Owner::platform), "nothing agdr");
  EXPECT_EQ(goes_to(", destination: \"https://a.example.org:8443/\"", Owner::site),
            "https://a.example.org:8443 nothing");
}

TEST(Gen3Files, HaveNoNamespaceThatAccessDeclares) {
  base::Diagnostics diagnostics;
  Instance instance = instance_with("gen3", gen3_variables);
  instance.access_objects = {Value(object("v1", "Namespace", {{"name", "gen3"}}))};
  const Files files = gen3_files(instance, read_gen3(instance, diagnostics));
  EXPECT_THAT(files.at("gen3/namespace.yaml"), testing::Not(HasSubstr("kind: Namespace")));
}

TEST(Gen3, SaysWhatIsMissingWithHowItIsWritten) {
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3", "gen3:\n  release: \"2026.08\"\n  s3: {bucket: b}\n"),
            diagnostics);
  const std::string told = mistakes_in(diagnostics);
  EXPECT_THAT(told, HasSubstr("'gen3.dictionary_url' is missing"));
  EXPECT_THAT(told, HasSubstr("'gen3.hostname' is missing"));
  EXPECT_THAT(told, HasSubstr("instance_main.yml:3:7: error: 'gen3.s3.url' is missing\n"
                              "    3 |   s3: {bucket: b}\n"
                              "      |       ^\n"
                              "hint: url: https://s3.example.org"));
}

TEST(Gen3, RefusesImagesThatMoveAndKeysThatThereAreNot) {
  base::Diagnostics diagnostics;
  read_gen3(
      instance_with("gen3", "gen3:\n  release: master\n  tags: {guppy: latest}\n  hostnam: x\n"),
      diagnostics);
  const std::string told = mistakes_in(diagnostics);
  EXPECT_THAT(told, HasSubstr("2:12: error: 'master' is a tag that moves; expected a release"));
  EXPECT_THAT(told, HasSubstr("'latest' is a tag that moves; expected a release"));
  EXPECT_THAT(told, HasSubstr("there is no key 'hostnam' here"));
  EXPECT_THAT(told, HasSubstr("hint: did you mean 'hostname'?"));
}

TEST(Gen3, TellsWhatHasAnotherFormOnce) {
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3",
                          "instance_domain: data.example.org\n"
                          "gen3:\n  release: [a]\n  tags: [guppy]\n  secrets: {a: b}\n"
                          "  dictionary_url: https://files.example.org/schema.json\n"
                          "  gitops: {repository: 7}\n  postgres: pg.example.org\n"
                          "  elasticsearch: {host: es.example.org}\n"
                          "  s3: {url: \"https://s3.example.org\", bucket: b}\n"
                          "  oidc: {issuer: \"https://login.example.org\", client_id: gen3}\n"),
            diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics),
            "instance_main.yml:5:12: error: 'gen3.secrets' is a text, found a dict\n"
            "    5 |   secrets: ********\n"
            "      |            ^\n"
            "instance_main.yml:3:12: error: 'gen3.release' is a text, found a list\n"
            "    3 |   release: [a]\n"
            "      |            ^\n"
            "instance_main.yml:4:9: error: 'gen3.tags' is a dict, found a list\n"
            "    4 |   tags: [guppy]\n"
            "      |         ^\n"
            "instance_main.yml:8:13: error: 'gen3.postgres' is a dict, found a string\n"
            "    8 |   postgres: pg.example.org\n"
            "      |             ^\n"
            "instance_main.yml:7:24: error: 'gen3.gitops.repository' is a text, found an integer\n"
            "    7 |   gitops: {repository: 7}\n"
            "      |                        ^\n"
            "hint: in quotes it is a text\n");
}

TEST(Gen3, TakesNoSecretAndShowsNone) {
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3", "gen3:\n  oidc: {client_secret: hunter22}\n"), diagnostics);
  const std::string told = mistakes_in(diagnostics);
  EXPECT_THAT(told, HasSubstr("2:10: error: 'gen3.oidc' takes no secret: 'client_secret'"));
  EXPECT_THAT(told, testing::Not(HasSubstr("hunter22")));
}

TEST(Gen3, RefusesWhatNoArgoCdCouldDo) {
  base::Diagnostics diagnostics;
  read_gen3(
      instance_with("gen3", "gen3:\n  gitops: {sealed_with: sops, destination: \"http://x\"}\n"),
      diagnostics);
  const std::string told = mistakes_in(diagnostics);
  EXPECT_THAT(told, HasSubstr("2:25: error: no Argo CD opens what is sealed with 'sops'"));
  EXPECT_THAT(told, HasSubstr("hint: none, or helm-secrets\n"));
  EXPECT_THAT(told, HasSubstr("2:44: error: 'http://x' is no cluster that Argo CD could name"));
}

TEST(Gen3, RefusesANameThatIsTooLongForALabel) {
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3", "gen3:\n  hostname: " + std::string(60, 'a') + ".org\n"),
            diagnostics);
  EXPECT_THAT(mistakes_in(diagnostics), HasSubstr("2:13: error: '"));
}

TEST(Gen3, RefusesTheNameThatElasticsearchGetsForTheServerItself) {
  for (const char* host : {"gen3-elasticsearch-master", "gen3-elasticsearch-master.gen3",
                           "gen3-elasticsearch-master.gen3.svc.cluster.local"}) {
    base::Diagnostics diagnostics;
    read_gen3(instance_with("gen3", "gen3:\n  elasticsearch: {host: " + std::string(host) + "}\n"),
              diagnostics);
    EXPECT_THAT(mistakes_in(diagnostics),
                HasSubstr("2:25: error: '" + std::string(host) +
                          "' is the Service that the bundle makes of this host, and would lead to "
                          "itself"));
  }
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3",
                          "gen3:\n  elasticsearch: {host: gen3-elasticsearch-master."
                          "elastic.svc.cluster.local}\n"),
            diagnostics);
  EXPECT_THAT(mistakes_in(diagnostics), testing::Not(HasSubstr("would lead to itself")));
}

TEST(Gen3, SaysWhetherImagesCarryTheSitesAuthority) {
  base::Diagnostics diagnostics;
  const std::string said = std::string(gen3_variables) + "  trusts_site_authority: true\n";
  EXPECT_TRUE(read_gen3(instance_with("gen3", said), diagnostics).trusts_site_authority);
  EXPECT_FALSE(read_gen3(instance_with("gen3", gen3_variables), diagnostics).trusts_site_authority);
  EXPECT_EQ(mistakes_in(diagnostics), "");
}

TEST(Gen3, RefusesAPortThatOneOfTheServicesWouldNotAskAt) {
  EXPECT_THAT(mistakes(""), "");
  base::Diagnostics diagnostics;
  read_gen3(instance_with("gen3", "gen3:\n  elasticsearch: {host: es.example.org, port: 9201}\n"),
            diagnostics);
  EXPECT_THAT(mistakes_in(diagnostics),
              HasSubstr("2:47: error: its port is 9200, or its host is an address"));
}

}  // namespace
}  // namespace provisioner::handoff

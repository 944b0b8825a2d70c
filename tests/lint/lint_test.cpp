// Each trap found where it is, and none where it is not.

#include "provisioner/platform/lint/lint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/read_yaml.h"

namespace provisioner::lint {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using value::Value;

Value read(const std::string& yaml) {
  base::Diagnostics diagnostics;
  return value::read_yaml(base::register_source("values.yaml", yaml), diagnostics);
}

Value minimum() {
  base::Diagnostics diagnostics;
  std::ifstream file(PROJECT_DIRECTORY "/tests/lint/values/minimum.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return value::read_yaml(base::register_source("minimum.yaml", text), diagnostics);
}

// "L-1 values.yaml:2:3", a rule and a place.
std::vector<std::string> found(const Value& values) {
  std::vector<std::string> texts;
  for (const Finding& one : lint(values, chart_of(values)))
    texts.push_back(one.rule + " " + one.pos.text());
  return texts;
}

// What the minimum becomes by these values above it.
std::vector<std::string> found_with(const std::string& yaml) {
  return found(merged(minimum(), read(yaml)));
}

std::string because(const std::string& yaml) {
  const Value values = read(yaml);
  const std::vector<Finding> all = lint(values, chart_of(values));
  return all.empty() ? "" : all.front().because;
}

TEST(Traps, AreFourteen) {
  std::set<std::string> ids;
  for (const Rule& rule : rules()) ids.insert(rule.id);
  EXPECT_EQ(ids.size(), 14u);
}

TEST(Traps, AreNotInTheLeastThatGen3Needs) { EXPECT_THAT(found(minimum()), IsEmpty()); }

TEST(Traps, OneIsAUserWhoIsNoSuperuser) {
  EXPECT_THAT(found_with("global:\n  postgres:\n    externalSecret: \"\"\n"
                         "    master:\n      username: gen3\n"),
              ElementsAre("L-1 values.yaml:5:17"));
}

TEST(Traps, TwoIsADatabaseThatNobodySaysIsThere) {
  EXPECT_THAT(found_with("global: {postgres: {dbCreate: false}}\n"),
              ElementsAre("L-2 values.yaml:1:31"));
}

TEST(Traps, ThreeIsAPasswordThatIsMadeAnew) {
  EXPECT_THAT(found_with("wts: {postgres: {password: \"\"}}\nrequestor: {enabled: true}\n"),
              ElementsAre("L-3 values.yaml:1:28", "L-3 values.yaml:2:12"));
  EXPECT_THAT(found_with("global: {externalSecrets: {deploy: true}}\n"
                         "wts: {postgres: {password: \"\"}}\n"),
              IsEmpty());
}

TEST(Traps, FourIsAZoneOfACloud) {
  const std::string term =
      "      nodeAffinity:\n        requiredDuringSchedulingIgnoredDuringExecution:\n"
      "          nodeSelectorTerms:\n          - matchExpressions:\n"
      "            - {key: topology.kubernetes.io/zone, operator: In, values: [us-east-1a]}\n";
  EXPECT_THAT(found_with("fence:\n  some:\n    affinity:\n" + term),
              ElementsAre("L-4 values.yaml:8:72"));
  EXPECT_THAT(found_with("fence:\n  affinity: |\n    key: topology.kubernetes.io/zone\n"
                         "    values: [eu-west-2b]\n"),
              ElementsAre("L-4 values.yaml:2:13"));
  EXPECT_THAT(found_with("fence: {where: {key: topology.kubernetes.io/zone, values: [room-1]}}\n"),
              IsEmpty());
}

TEST(Traps, FourIsAlsoAnAffinityThatIsLeft) {
  const std::string named = "alloy: {alloy: {configMap: {name: alloy-site}}, controller: ";
  EXPECT_THAT(found(read(named + "{replicas: 1}}\n")), ElementsAre("L-4 values.yaml:1:61"));
  EXPECT_THAT(found(read(named + "{affinity: {}}}\n")), ElementsAre("L-4 values.yaml:1:72"));
  EXPECT_THAT(found(read(named + "{affinity: null}}\n")), IsEmpty());
  EXPECT_THAT(
      because("lgtm: {mimir: {ruler: {affinity: null}}, grafana: {affinity: null}}\n"),
      testing::AllOf(HasSubstr("mimir.alertmanager"), HasSubstr("loki.gateway"),
                     testing::Not(HasSubstr("mimir.ruler")), testing::Not(HasSubstr("grafana"))));
  EXPECT_THAT(found(read("grafana-alloy: {enabled: true}\nalloy-configmap-data: own\n")),
              ElementsAre("L-4 values.yaml:1:26"));
}

TEST(Traps, FiveIsAConfigurationThatAlloyRefuses) {
  EXPECT_THAT(found(read("alloy: {controller: {affinity: null}}\n")),
              ElementsAre("L-5 values.yaml:1:8"));
  EXPECT_THAT(found(read("alloy:\n  ingress: {enabled: false}\n  alloy:\n    configMap:\n"
                         "      name: alloy-gen3\n")),
              ElementsAre("L-5 values.yaml:5:13"));
}

TEST(Traps, SixIsAServerOfOthers) {
  EXPECT_THAT(found(read("alloy-configmap-data: |\n  url = \"https://mimir.planx-pla.net/\"\n")),
              ElementsAre("L-6 values.yaml:1:23"));
  EXPECT_THAT(found(read("grafana-alloy: {enabled: true, configuration: {enabled: true}}\n")),
              ElementsAre("L-6 values.yaml:1:26"));
}

TEST(Traps, SevenIsARevisionThatNobodyReads) {
  const std::string values =
      "configuration: {configurationRepo: r, configurationRevision: main}\n"
      "fluentd: {enabled: true, configuration: {enabled: true}}\n";
  EXPECT_THAT(found(read(values)), ElementsAre("L-7 values.yaml:2:51"));
  EXPECT_THAT(found(read(values + "configurationRevision: main\n")), IsEmpty());
}

TEST(Traps, EightIsAnExternalSecretsThatIsTooOld) {
  const std::string head = "configuration: {configurationRepo: r}\nexternal-secrets: ";
  EXPECT_THAT(found(read(head + "{enabled: true}\n")), ElementsAre("L-8 values.yaml:2:19"));
  EXPECT_THAT(found(read(head + "{enabled: true, targetRevision: v0.15.1}\n")),
              ElementsAre("L-8 values.yaml:2:51"));
  EXPECT_THAT(found(read(head + "{enabled: true, targetRevision: 0.16.2}\n")), IsEmpty());
}

TEST(Traps, NineIsANetworkPolicyForAnotherNetwork) {
  EXPECT_THAT(found_with("global: {netPolicy: {enabled: true}}\n"),
              ElementsAre("L-9 values.yaml:1:31"));
}

TEST(Traps, TenIsACertificateThatIsNeverTheSame) {
  const std::string tls = "revproxy:\n  ingress:\n    tls: [{secretName: gen3-certs}]\n";
  EXPECT_THAT(found_with(tls), ElementsAre("L-10 values.yaml:3:24"));
  EXPECT_THAT(found_with(tls + "global: {tls: {cert: c, key: k}}\n"), IsEmpty());
  EXPECT_THAT(found_with("global: {dev: true}\n"), ElementsAre("L-10 values.yaml:1:15"));
}

TEST(Traps, ElevenIsAPortalThatIsBuiltAtItsStart) {
  EXPECT_THAT(found_with("portal: {image: {repository: quay.io/cdis/data-portal}}\n"),
              ElementsAre("L-11 values.yaml:1:30"));
  EXPECT_THAT(found_with("portal: {image: null}\n"), ElementsAre("L-11 values.yaml:1:17"));
  EXPECT_THAT(found_with("portal: {enabled: false, image: null}\n"), IsEmpty());
}

TEST(Traps, TwelveIsAWebhookInQuotes) {
  EXPECT_THAT(found_with("global: {createSlackWebhookSecret: true, slackWebhook: x}\n"),
              ElementsAre("L-12 values.yaml:1:36"));
}

// Whoever has all affinities away.
const std::string free_lgtm =
    "lgtm:\n"
    "  mimir: {alertmanager: &a {affinity: null}, compactor: *a, distributor: *a, ingester: *a,\n"
    "    overrides_exporter: *a, querier: *a, query_scheduler: *a, query_frontend: *a, ruler: *a,\n"
    "    store_gateway: *a, nginx: *a, gateway: *a}\n"
    "  loki: {gateway: *a, querier: *a, queryFrontend: *a, distributor: *a, ingester: *a}\n"
    "  grafana:\n"
    "    affinity: null\n";

TEST(Traps, ThirteenIsAContactPointOfAnotherName) {
  EXPECT_THAT(found(read(free_lgtm)), ElementsAre("L-13 values.yaml:7:5"));
  const std::string point =
      "    alerting:\n      contactpoints.yaml: {secret: {contactPoints: [{name: Slack, receivers: "
      "[{type: ";
  EXPECT_THAT(found(read(free_lgtm + point + "slack}]}]}}\n")), IsEmpty());
  EXPECT_THAT(found(read(free_lgtm + point + "Slack}]}]}}\n")),
              ElementsAre("L-13 values.yaml:9:7"));
  EXPECT_THAT(
      found(read(free_lgtm + point +
                 "slack}]}]}}\n      rules.yaml: {groups: [{rules: [{notification_settings: "
                 "{receiver: ops}}]}]}\n")),
      ElementsAre("L-13 values.yaml:9:7"));
}

TEST(Traps, FourteenIsAnImageThatMovesOrIsGone) {
  EXPECT_THAT(
      found_with("portal: {portalBuild: {enabled: true}}\n"),
      ElementsAre("L-14 values.yaml:1:23", "L-14 values.yaml:1:23", "L-14 values.yaml:1:23"));
  const std::string pinned =
      "images: {kubectl: a/kubectl:1.34.4, nginx: nginx:1.29.1, builder: b:1}";
  EXPECT_THAT(found_with("portal: {portalBuild: {enabled: true, " + pinned + "}}\n"), IsEmpty());
  for (const char* image : {"alpine", "nginx:alpine", "bitnami/kubectl:1.33.1", "x.org/a/b:latest",
                            "x.org:5000/a/b", "docker.io/bitnami/kubectl@sha256:00"})
    EXPECT_THAT(found(read("a: {image: '" + std::string(image) + "'}\n")),
                ElementsAre("L-14 values.yaml:1:12"))
        << image;
  for (const char* image : {"alpine:3.20", "x.org:5000/a/b:1.2", "x.org/a/b@sha256:00",
                            "bitnamilegacy/kubectl:1.33.1", "'{{ .Values.image }}'"})
    EXPECT_THAT(found(read("a: {image: " + std::string(image) + "}\n")), IsEmpty()) << image;
  EXPECT_THAT(found(read("a: {image: e/search, imageTag: 7.10.2}\n")), IsEmpty());
  EXPECT_THAT(found(read("a: {image: {repository: x.org/a, tag: master}}\n")),
              ElementsAre("L-14 values.yaml:1:39"));
  EXPECT_THAT(found(read("a: {image: {repository: x.org/a}}\n")), IsEmpty());
  EXPECT_THAT(found_with("fence: {image: {tag: master}}\n"), ElementsAre("L-14 values.yaml:1:22"));
  EXPECT_EQ(because("a: {image: {tag: master}}\n"),
            "':master' is another image whenever its maker says so: two nodes may run two of them");
  EXPECT_THAT(found_with("fence: {image: {tag: 2026.08.1}}\n"), IsEmpty());
  EXPECT_THAT(found_with("guppy: {image: {repository: x.org/a}}\n"),
              ElementsAre("L-14 values.yaml:1:29"));
}

// The files of an environment of Phalanx, as an on-prem site has them.
TEST(Traps, AreNotSeenInPhalanxWhereThereAreNone) {
  EXPECT_THAT(
      found(read("name: chiledac\nfqdn: rsp.example.cl\nvaultUrl: https://vault.example.cl\n"
                 "controller:\n  config:\n    images:\n      source: {type: docker, registry: "
                 "registry.example.cl, repository: sciplat-lab}\n"
                 "    lab: {pullSecret: pull-secret, nodeSelector: {lab: \"true\"}}\n"
                 "ingress-nginx: {controller: {service: {loadBalancerIP: 192.0.2.10}}}\n")),
      IsEmpty());
  EXPECT_THAT(found(read("fqdn: x\ncontroller:\n  image: {repository: r, tag: latest}\n")),
              ElementsAre("L-14 values.yaml:3:31"));
}

TEST(Charts, AreKnownByTheirKeys) {
  EXPECT_EQ(chart_of(minimum()), Chart::gen3);
  EXPECT_EQ(chart_of(read("lgtm: {}\n")), Chart::observability);
  EXPECT_EQ(chart_of(read("alloy: {alloy: {}}\n")), Chart::alloy);
  EXPECT_EQ(chart_of(read("alloy: {alloy: {}, ingress: {}}\n")), Chart::faro_collector);
  EXPECT_EQ(chart_of(read("configuration: {configurationRepo: r}\n")),
            Chart::cluster_level_resources);
  EXPECT_EQ(chart_of(read("fqdn: rsp.example.cl\n")), Chart::other);
  EXPECT_EQ(chart_named("faro-collector"), Chart::faro_collector);
  EXPECT_EQ(chart_named("gen4"), std::nullopt);
}

TEST(Files, BecomeOneAsHelmMakesThemOne) {
  const Value both = merged(read("a: {b: 1, c: [1, 2]}\nd: 1\n"), read("a: {c: [3]}\nd: null\n"));
  EXPECT_EQ(both, read("a: {b: 1, c: [3]}\nd: null\n"));
}

TEST(Findings, HaveACauseAndAWayOut) {
  for (const char* yaml : {"lgtm: {}\n", "alloy: {alloy: {}}\n", "fence: {}\n",
                           "grafana-alloy: {enabled: true}\nexternal-secrets: {enabled: true}\n"}) {
    const Value values = read(yaml);
    for (const Finding& one : lint(values, chart_of(values))) {
      EXPECT_TRUE(one.pos.is_known()) << one.rule;
      EXPECT_FALSE(one.because.empty() || one.because.ends_with('.')) << one.because;
      EXPECT_FALSE(one.fix.empty() || one.fix.ends_with('.')) << one.fix;
    }
  }
}

}  // namespace
}  // namespace provisioner::lint

// What of a bundle follows from whose the cluster's parts are.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/platform/handoff/bundle.h"
#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/object.h"
#include "sites.h"

namespace provisioner::handoff {
namespace {

using profile::Owner;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* few = "instance_domain: x.example.org\n";

void give(Instance& instance, const std::string& component, Owner owner) {
  for (profile::Ownership& one : instance.owners.components)
    if (one.component == component) {
      one.owner = owner;
      one.because = "the inventory says so";
    }
}

Files whole(const Instance& instance) {
  base::Diagnostics diagnostics;
  const Files files = bundle_files(instance, diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics), "");
  return files;
}

std::string told_of(const Instance& instance) {
  base::Diagnostics diagnostics;
  bundle_files(instance, diagnostics);
  return mistakes_in(diagnostics);
}

TEST(Places, OfFilesAndBatchJobsStandInTheTable) {
  Instance instance = instance_with("plain", std::string(few) +
                                                 "file_access_url: https://files.example.org/vo\n"
                                                 "batch_access_url: htcondor://ap.example.org\n");
  EXPECT_FALSE(whole(instance).contains("network/services.yaml"));
  give(instance, "file_access", Owner::site);
  give(instance, "batch_access", Owner::site);
  const Files files = whole(instance);
  EXPECT_EQ(files.at("network/services.yaml"),
            "# Where that is which the platform finds, and does not bring itself.\n"
            "services:\n"
            "  - {component: file_access, owner: site, at: https://files.example.org/vo}\n"
            "  - {component: batch_access, owner: site, at: htcondor://ap.example.org}\n");
  EXPECT_THAT(
      files.at("README.md"),
      HasSubstr("| batch_access | site: the inventory says so; htcondor://ap.example.org |"));
  EXPECT_THAT(files.at("handoff.json"), HasSubstr("\"at\": \"https://files.example.org/vo\""));
}

TEST(Places, OfTheSiteAreAskedFor) {
  Instance instance = instance_with("plain", few);
  give(instance, "batch_access", Owner::site);
  EXPECT_THAT(told_of(instance),
              HasSubstr("error: 'batch_access_url' is missing: batch_access is the site's"));
}

TEST(Places, OfPhalanxsFilesAreItsOwnPages) {
  Instance instance = instance_with("phalanx", phalanx_variables);
  give(instance, "file_access", Owner::platform);
  EXPECT_THAT(whole(instance).at("network/services.yaml"),
              HasSubstr("at: https://rsp.example.org/files"));
}

TEST(Trust, IsInEachNamespaceOfTheInstanceSinceAPodMountsNothingOfAnothers) {
  Instance instance = instance_with("gen3", gen3_variables);
  instance.site_authority = "PEM\n";
  instance.access_objects = {object("v1", "Namespace", {{"name", "portal"}}),
                             object("v1", "ResourceQuota", {{"name", "portal"}})};
  const Files files = whole(instance);
  EXPECT_EQ(files.at("tls/trust.yaml"),
            "# The site's authority, for pods that check its certificates: mounted at "
            "/etc/site-trust, its key ca.crt is /etc/site-trust/ca.crt.\n"
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: site-trust, namespace: portal}\n"
            "data:\n  ca.crt: |\n    PEM\n---\n"
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: site-trust, namespace: gen3}\n"
            "data:\n  ca.crt: |\n    PEM\n");
  EXPECT_THAT(files.at("README.md"),
              HasSubstr("the ConfigMap `site-trust` of each declared namespace, whose key `ca.crt` "
                        "pods mount at `/etc/site-trust`"));
  Instance bare = instance_with("plain", few);
  bare.site_authority = "PEM\n";
  EXPECT_FALSE(whole(bare).contains("tls/trust.yaml"));
}

TEST(Qserv, IsOfOneReleaseAndNoOther) {
  Instance instance = instance_with(
      "plain", std::string(few) + "qserv_operator_release: 2024.5.1-rc7\nqserv_namespace: dax\n");
  instance.nodes.push_back(
      {.name = "n18",
       .labels = {{"tier", "worker"}},
       .local_volumes = {value::Value(value::Dict{{"class", "disk"}, {"path", "/srv/q"}})}});
  const Files files = whole(instance);
  EXPECT_THAT(files.at("qserv/kustomization.yaml"), HasSubstr("manifests/base?ref=2024.5.1-rc7\""));
  EXPECT_THAT(files.at("README.md"), HasSubstr("cert-manager, which nobody has here"));
  EXPECT_THAT(files.at("README.md"), HasSubstr("kubectl create namespace dax\n"));
  EXPECT_EQ(told_of(instance_with("plain", std::string(few) +
                                               "qserv_operator_base: https://x:y@example.org/q\n"
                                               "qserv_operator_release: main\n")),
            "instance_main.yml:3:25: error: 'main' can be a branch; expected a tag or 40 hex "
            "digits\n"
            "    3 | qserv_operator_release: main\n"
            "      |                         ^\n"
            "hint: a release of lsst/qserv-operator, as 2024.11.2-rc1, or the commit that a branch "
            "is at\n"
            "instance_main.yml:2:22: error: 'qserv_operator_base' names no release; expected ?ref= "
            "with a tag or 40 hex digits\n"
            "hint: end it with ?ref=RELEASE, as ?ref=2024.11.2-rc1\n");
  for (const char* base : {"../qserv-base", "https://example.org/q?timeout=90s&ref=v1",
                           "https://example.org/q?xref=main&ref=v1"})
    EXPECT_EQ(told_of(instance_with("plain",
                                    std::string(few) + "qserv_operator_base: \"" + base + "\"\n")),
              "")
        << base;
}

TEST(Qserv, IsPinnedByNoParameterOfAnotherName) {
  EXPECT_THAT(
      told_of(instance_with("plain", std::string(few) + "qserv_operator_base: "
                                                        "\"https://example.org/q?xref=v1\"\n")),
      HasSubstr("'qserv_operator_base' names no release"));
}

TEST(Qserv, IsOfATagOrACommitAndOfNoBranch) {
  const auto told = [](const std::string& release) {
    return told_of(
        instance_with("plain", std::string(few) + "qserv_operator_release: \"" + release + "\"\n"));
  };
  for (const char* release : {"2024.11.2-rc1", "2023.7.2", "v1", "v1.2.3-rc.1",
                              "0123456789abcdef0123456789abcdef01234567"})
    EXPECT_EQ(told(release), "") << release;
  for (const char* release : {"master", "HEAD", "tickets/DM-1", "u/ada/v2", "v1/fix", "2024", "rc1",
                              "0123456", "0123456789abcdef0123456789abcdef012345678"})
    EXPECT_THAT(told(release), HasSubstr("'" + std::string(release) +
                                         "' can be a branch; expected a tag or 40 hex digits"));
}

TEST(Issuers, OfOurOwnCertManagerAreAsTheyStandOnTheCluster) {
  Instance instance = instance_with(
      "plain", std::string(few) +
                   "cert_manager_issuers: [{name: inner, kind: ca}, {name: world, kind: acme, "
                   "server: \"https://acme.example.org/dir\", email: ops@example.org}]\n");
  EXPECT_FALSE(whole(instance).contains("tls/issuer.yaml"));
  give(instance, "cert_manager", Owner::provisioner);
  instance.issuer_authorities["world"] = "PEM";
  const Files files = whole(instance);
  const std::string& text = files.at("tls/issuer.yaml");
  EXPECT_THAT(text, HasSubstr("metadata: {name: inner}\nspec: {ca: {secretName: issuer-inner}}"));
  EXPECT_THAT(text, HasSubstr("privateKeySecretRef: {name: account-world}"));
  EXPECT_THAT(text, HasSubstr("http01: {ingress: {ingressClassName: traefik}}"));
  EXPECT_THAT(text, HasSubstr("caBundle: UEVN"));
  EXPECT_THAT(manifests_of(files), Contains("tls/issuer.yaml"));
}

TEST(Issuers, AreTheSitesAuthorityWhereNobodySaysOthers) {
  Instance instance = instance_with("gen3", gen3_variables);
  give(instance, "cert_manager", Owner::provisioner);
  const Files files = whole(instance);
  EXPECT_THAT(files.at("tls/issuer.yaml"),
              HasSubstr("metadata: {name: site-ca}\nspec: {ca: {secretName: issuer-site-ca}}"));
  EXPECT_THAT(files.at("gen3/values.yaml"), HasSubstr("cert-manager.io/cluster-issuer: site-ca"));
}

TEST(Issuers, OfThoseThatAreOursTheFirstSignsForGen3) {
  Instance instance = instance_with(
      "gen3",
      "cert_manager_issuers: [{name: world, kind: acme, server: \"https://a.example.org\", "
      "email: ops@example.org}]" +
          std::string(gen3_variables));
  give(instance, "cert_manager", Owner::provisioner);
  EXPECT_EQ(standard_issuer(instance), "world");
  give(instance, "cert_manager", Owner::absent);
  EXPECT_EQ(standard_issuer(instance), "");
}

TEST(Issuers, AreToldWhatTheyLack) {
  Instance instance =
      instance_with("plain", std::string(few) + "cert_manager_issuers: [{name: w, kind: acme}]\n");
  give(instance, "cert_manager", Owner::provisioner);
  EXPECT_THAT(told_of(instance), HasSubstr("'cert_manager_issuers.server' is missing"));
}

TEST(Declared, SnapshotsGatewaysAndNetworksAreMadeWhereTheInventoryHasThem) {
  const Files none = whole(instance_with("plain", few));
  for (const char* path : {"storage/snapshot-classes.yaml", "network/gateway-classes.yaml",
                           "network/networks.yaml", "network/services.yaml"})
    EXPECT_FALSE(none.contains(path)) << path;
  const Files files = whole(instance_with(
      "plain", std::string(few) +
                   "volume_snapshot_classes: [{name: daily, driver: nfs.csi.k8s.io, default: true, "
                   "reclaim: Retain}]\n"
                   "gateway_classes: [{name: traefik, controller: traefik.io/gateway-controller}]\n"
                   "phalanx_networks: [{name: kube-system/dds, reach: 10.0.0.1, master: bond0.24, "
                   "ipam: {type: whereabouts, range: 10.0.0.0/24}}, {name: kube-system/there}]\n"));
  EXPECT_THAT(files.at("storage/snapshot-classes.yaml"),
              HasSubstr("driver: nfs.csi.k8s.io\ndeletionPolicy: Retain\n"));
  EXPECT_THAT(files.at("network/gateway-classes.yaml"),
              HasSubstr("spec: {controllerName: traefik.io/gateway-controller}"));
  const std::string& networks = files.at("network/networks.yaml");
  EXPECT_THAT(networks, HasSubstr("metadata: {name: dds, namespace: kube-system}"));
  EXPECT_THAT(networks, HasSubstr(R"(\"type\": \"macvlan\", \"master\": \"bond0.24\", )"
                                  R"(\"mode\": \"bridge\", \"ipam\": )"
                                  R"({\"type\": \"whereabouts\", \"range\": \"10.0.0.0/24\"})"));
  EXPECT_THAT(networks, Not(HasSubstr("there")));
  EXPECT_THAT(manifests_of(files), Contains("network/networks.yaml"));
}

TEST(Declared, WhatCannotBeIsToldWithItsPlace) {
  const std::string told = told_of(instance_with(
      "plain", std::string(few) + "volume_snapshot_classes: [{name: daily, reclaim: Keep}]\n"
                                  "gateway_classes: [{name: x}]\n"
                                  "phalanx_networks: [{name: dds, master: eth0}]\n"));
  EXPECT_THAT(told, HasSubstr("'volume_snapshot_classes.driver' is missing"));
  EXPECT_THAT(told, HasSubstr("2:50: error: there is no reclaiming 'Keep'"));
  EXPECT_THAT(told, HasSubstr("'gateway_classes.controller' is missing"));
  EXPECT_THAT(told, HasSubstr("4:27: error: 'dds' names no namespace and network\n"));
}

TEST(Declared, NamesThatCannotBeAreToldBeforeTheyAreUsed) {
  const std::string told = told_of(instance_with(
      "plain", std::string(few) +
                   "volume_snapshot_classes: [{name: Daily_1, driver: nfs.csi.k8s.io}]\n"
                   "phalanx_qserv: Qserv_1\n"));
  EXPECT_EQ(told,
            "instance_main.yml:2:34: error: 'Daily_1' cannot be a name in Kubernetes\n"
            "    2 | volume_snapshot_classes: [{name: Daily_1, driver: nfs.csi.k8s.io}]\n"
            "      | " +
                std::string(33, ' ') +
                "^\n"
                "hint: lower-case letters, digits, '-' and '.', a letter or digit at both ends\n"
                "instance_main.yml:3:16: error: 'Qserv_1' is no name of DNS\n"
                "    3 | phalanx_qserv: Qserv_1\n"
                "      |                ^\n"
                "hint: a host alone, without scheme and port: phalanx_qserv: qserv.example.org\n");
}

TEST(Declared, NamesThatCanBeAreTaken) {
  for (const char* host : {"qserv.example.org", "10.0.0.7", "\"\""})
    EXPECT_EQ(told_of(instance_with("plain", std::string(few) +
                                                 "volume_snapshot_classes: [{name: daily-1.b, "
                                                 "driver: nfs.csi.k8s.io}]\nphalanx_qserv: " +
                                                 host + "\n")),
              "")
        << host;
}

}  // namespace
}  // namespace provisioner::handoff

// What roles of a cluster take of an inventory, before a node is touched.

#include "provisioner/platform/instance/site_variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"
#include "provisioner/platform/instance/named_namespaces.h"
#include "provisioner/platform/instance/site_networks.h"

namespace provisioner::instance {
namespace {

using base::Diagnostics;
using testing::ElementsAre;
using testing::HasSubstr;
using value::Dict;

Dict said(const std::string& yaml) {
  Diagnostics none;
  return value::read_yaml(base::register_source("site.yml", yaml), none).dict();
}

profile::Profile owners(const std::string& yaml = "{}") {
  Diagnostics none;
  const value::Value components(said(yaml));
  return profile::profile_of(nullptr, &components, none);
}

// Message and hint, each on a line, of mistakes or of warnings.
std::vector<std::string> lines(const std::vector<base::Error>& found) {
  std::vector<std::string> all;
  for (const base::Error& one : found) {
    EXPECT_TRUE(one.pos().is_known()) << one.message();
    all.push_back(one.message() + (one.hint().empty() ? "" : "\n" + one.hint()));
  }
  return all;
}

std::vector<std::string> mistakes(const std::string& yaml, const profile::Profile& whose) {
  Diagnostics found;
  check_site_variables(said(yaml), whose, found);
  return lines(found.errors());
}

std::vector<std::string> mistakes(const std::string& yaml) { return mistakes(yaml, owners()); }

TEST(SiteVariables, AreTakenAsRolesTakeThem) {
  EXPECT_THAT(
      mistakes(
          "kubernetes_endpoint: {name: api.example.org, address: \"fd00::5\", port: \"8443\"}\n"
          "kubernetes_endpoint_by: kube_vip\npod_network: cilium\npod_network_backend: vxlan\n"
          "pod_subnet: 10.244.0.0/16\nservice_subnet: \"fd00:1::/112\"\nregistry_kind: zot\n"
          "registry_name: 10.0.0.1\nregistry_gc_hours: 0\nadmission_vetted_only: true\n"
          "registry_pull_through: [{name: quay.io, url: \"https://quay.io\", port: 5010}]\n"
          "logs_outputs: [{name: a, kind: otlp, url: \"x:4317\", is_plain: true}]\n"
          "kubernetes_kubelet: {maxPods: 2}\napi_endpoint_router: 255\ninstance_domain: ''\n"),
      ElementsAre());
}

TEST(SiteVariables, TellAllMistakesAtOnce) {
  EXPECT_THAT(
      mistakes("pod_network: calico\npod_network_backend: vxlann\npod_subnet: 10.244.0.0\n"
               "kubernetes_endpoint_by: keepalive\napi_endpoint_router: 300\n"
               "kubernetes_max_pods: many\nregistry_kind: harbour\nregistry_name: bad name\n"
               "instance_domain: genes_wlg..example\nadmission_vetted_only: yess\n"),
      ElementsAre("'kubernetes_endpoint_by' is one of keepalived, kube_vip, none, found "
                  "'keepalive'\ndid you mean 'keepalived'?",
                  "'api_endpoint_router' is a number from 1 to 255, found '300'",
                  "'pod_network' is one of cilium, flannel, found 'calico'\n"
                  "there are cilium, flannel",
                  "'pod_network_backend' is one of host-gw, vxlan, found 'vxlann'\n"
                  "did you mean 'vxlan'?",
                  "'10.244.0.0' is no network\npod_subnet: 10.244.0.0/16",
                  "'genes_wlg..example' is no name of DNS\ninstance_domain: data.example.org",
                  "'kubernetes_max_pods' is a number from 1 to 1000000000, found 'many'",
                  "'registry_kind' is one of distribution, harbor, nexus, zot, found 'harbour'\n"
                  "did you mean 'harbor'?",
                  "'bad name' is no name of DNS and no address\n"
                  "registry_name: registry.example.org",
                  "'admission_vetted_only' is true or false, found a string"));
}

TEST(SiteVariables, ReadAddressesStrictly) {
  EXPECT_THAT(mistakes("kubernetes_endpoint: {name: api.one, adress: 10.0.0.5, prot: 8443}\n"),
              ElementsAre("there is no key 'adress' here\ndid you mean 'address'?",
                          "there is no key 'prot' here\ndid you mean 'port'?",
                          "'kubernetes_endpoint.address' is missing\naddress: 10.23.0.5"));
  EXPECT_THAT(mistakes("ingress_address: 10.70.3.299\n"),
              ElementsAre("'10.70.3.299' is no IP address\ningress_address: 192.0.2.10"));
  EXPECT_THAT(mistakes("kubernetes_endpoint: {name: api.one, address: 10.70.3.2410}\n"),
              ElementsAre("'10.70.3.2410' is no IP address\naddress: 10.23.0.5"));
}

TEST(SiteVariables, ReadListsOfDictsStrictly) {
  EXPECT_THAT(mistakes("registry_pull_through: [{ulr: \"https://quay.io\", name: quay.io, "
                       "port: 5010}]\nlogs_outputs: [{name: a, kind: lokki}]\n"),
              ElementsAre("there is no key 'ulr' here\ndid you mean 'url'?",
                          "'registry_pull_through.url' is missing\nurl: \"https://quay.io\"",
                          "'logs_outputs.kind' is one of elasticsearch, loki, otlp_http, otlp, "
                          "found 'lokki'\ndid you mean 'loki'?"));
}

TEST(SiteVariables, AskNothingOfWhatIsNotOurs) {
  EXPECT_THAT(mistakes("logs_outputs: [{name: a, kind: lokki}]\n", owners("logs: site")),
              ElementsAre());
}

TEST(SiteVariables, WarnOfAFieldThatIsNearToOne) {
  Diagnostics found;
  const Dict node = said("kubernetes_kubelet: {maxPodz: 2, somethingNew: 1}\n");
  check_site_variables(node, owners(), found);
  check_site_variables(node, owners(), found);  // of another node of the group
  EXPECT_FALSE(found.has_errors());
  EXPECT_THAT(lines(found.warnings()),
              ElementsAre("nobody knows a field 'maxPodz' of 'kubernetes_kubelet'\n"
                          "did you mean 'maxPods'?"));
}

const Around around = {.control = {"g01"},
                       .members = {{"g01", "10.70.3.11", true}, {"g03", "10.70.3.13", true}},
                       .machines = {{"g01", "10.70.3.11", true},
                                    {"g02", "10.70.3.12", true},
                                    {"balancer", "10.70.3.250", false}},
                       .apis = {{"sky", "10.70.3.242", 8443, true}}};

const std::string site_networks = "networks: [{name: cluster, subnet: 10.70.3.0/24}]\n";

Diagnostics networks_of(const std::string& yaml) {
  Diagnostics found;
  check_site_networks(said(site_networks + yaml), around, found);
  return found;
}

Diagnostics api_at(const std::string& address, const std::string& by = "keepalived") {
  return networks_of("kubernetes_endpoint: {name: api, address: " + address +
                     ", port: 8443}\nkubernetes_endpoint_by: " + by + "\n");
}

TEST(SiteNetworks, TakeAnAddressThatNobodyHas) {
  for (const char* fine : {"10.70.3.241", "10.70.3.11"}) {
    const Diagnostics found = api_at(fine);
    EXPECT_THAT(lines(found.errors()), ElementsAre()) << fine;
    EXPECT_THAT(lines(found.warnings()), ElementsAre()) << fine;
  }
  EXPECT_THAT(lines(api_at("10.70.3.250", "none").errors()), ElementsAre());
  EXPECT_THAT(lines(api_at("192.0.2.5", "none").warnings()), ElementsAre());
}

TEST(SiteNetworks, LeaveTheApiNoAddressOfAnotherMachine) {
  EXPECT_THAT(lines(api_at("10.70.3.12").errors()),
              ElementsAre(HasSubstr("the API's address 10.70.3.12 is that of 'g02'\n")));
  EXPECT_THAT(lines(api_at("10.70.3.12", "none").errors()),
              ElementsAre(HasSubstr("the API's address 10.70.3.12 is that of 'g02'\n")));
  EXPECT_THAT(lines(api_at("10.70.3.250").errors()),
              ElementsAre(HasSubstr("the API's address 10.70.3.250 is that of 'balancer'\n")));
}

TEST(SiteNetworks, LeaveEachApiItsOwnAddress) {
  EXPECT_THAT(lines(api_at("10.70.3.242").errors()),
              ElementsAre("the API's address 10.70.3.242 is that of instance 'sky', too\n"
                          "each cluster has its own"));
}

TEST(SiteNetworks, WarnOfAnAddressThatMovesInNoNetworkOfTheSite) {
  const Diagnostics found = api_at("10.71.3.241");
  EXPECT_FALSE(found.has_errors());
  EXPECT_THAT(lines(found.warnings()),
              ElementsAre("the API's address 10.71.3.241 is in none of the site's networks "
                          "(10.70.3.0/24)\nit moves between nodes that are in one"));
}

TEST(SiteNetworks, HoldKubeVipToThePortOfTheServers) {
  EXPECT_THAT(lines(api_at("10.70.3.241", "kube_vip").errors()),
              ElementsAre(HasSubstr("kube-vip shares the port of the API servers, 6443, found "
                                    "8443\n")));
}

TEST(SiteNetworks, KeepPodsAndServicesApart) {
  EXPECT_THAT(lines(networks_of("pod_subnet: 10.96.0.0/12\n").errors()),
              ElementsAre("'pod_subnet' (10.96.0.0/12) and 'service_subnet' (10.96.0.0/16) have "
                          "addresses in common\nwhat is sent to one would go to the other"));
  EXPECT_THAT(
      lines(networks_of("pod_subnet: 10.244.0.0/16\nservice_subnet: 10.245.0.0/16\n").errors()),
      ElementsAre());
}

TEST(SiteNetworks, KeepPodsOutOfTheSitesNetworks) {
  EXPECT_THAT(lines(networks_of("pod_subnet: 10.70.0.0/16\n").errors()),
              ElementsAre(HasSubstr("'pod_subnet' (10.70.0.0/16) and the network 'cluster' "
                                    "(10.70.3.0/24) have addresses in common\n")));
  Diagnostics found;  // of a site that names no networks
  check_site_networks(said("service_subnet: 10.70.0.0/16\n"), around, found);
  EXPECT_THAT(lines(found.errors()),
              ElementsAre(HasSubstr("'service_subnet' (10.70.0.0/16) has the address of 'g01', ")));
}

Diagnostics named(const std::string& yaml, const std::vector<std::string>& declared) {
  Diagnostics found;
  check_named_namespaces(said(yaml), declared, Metrics::ours, found);
  return found;
}

TEST(NamedNamespaces, AreHeldAgainstThoseThatAreDeclared) {
  const std::vector<std::string> declared = {"gen3", "site-tools"};
  EXPECT_THAT(
      lines(named("admission_namespaces: [site-tols]\nprometheus_pods_of: [gen33]\n", declared)
                .errors()),
      ElementsAre("'admission_namespaces' names 'site-tols', which 'access' does not declare\n"
                  "did you mean 'site-tools'? if not, declare it there (access.namespaces)",
                  "'prometheus_pods_of' names 'gen33', which 'access' does not declare\n"
                  "did you mean 'gen3'? if not, declare it there (access.namespaces)"));
  EXPECT_THAT(lines(named("admission_namespaces: [Science]\n", {}).errors()),
              ElementsAre(HasSubstr("'Science' cannot be a namespace\n")));
}

TEST(NamedNamespaces, MayBeOthers) {
  const Diagnostics found =
      named("admission_namespaces: [science]\nprometheus_pods_of: [site-logs, tap]\n", {"gen3"});
  EXPECT_FALSE(found.has_errors());
  EXPECT_THAT(lines(found.warnings()),
              ElementsAre(HasSubstr("'prometheus_pods_of' names 'tap', which 'access' does not ")));
  EXPECT_THAT(lines(named("admission_namespaces: [science]\n", {}).warnings()), ElementsAre());
}

}  // namespace
}  // namespace provisioner::instance

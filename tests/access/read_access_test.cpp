// What a declaration of access may say.

#include "provisioner/platform/access/read_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"
#include "tests/access/declarations.h"

namespace provisioner::access {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string mistakes_of_issuer(const std::string& yaml) {
  base::Diagnostics diagnostics;
  const value::Value said = value::read_yaml(base::register_source("id.yml", yaml), diagnostics);
  read_issuer(&said, diagnostics);
  return diagnostics.has_errors() ? diagnostics.errors().front().message() : "";
}

TEST(ReadAccess, GivesNobodyAnythingWhereThereIsNone) {
  base::Diagnostics diagnostics;
  EXPECT_TRUE(read_access(nullptr, test_cluster(), diagnostics).is_empty());
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(ReadAccess, TakesAWholeDeclaration) {
  const Told all = told(
      "namespaces:\n"
      "  portal: {aspect: portal, pod_security: restricted, quota: {requests.cpu: 40, pods: 10},\n"
      "           limits: {default: {memory: 1Gi}, default_request: {cpu: 100m}},\n"
      "           flows_from: [ingress, api, 10.1.0.0/16], flows_to: [outside, gafaelfawr]}\n"
      "  api: {aspect: api, within: false, flows_from: [api-server]}\n"
      "  tap: {aspect: api}\n"
      "others: [gafaelfawr]\n"
      "roles:\n"
      "  operators: {groups: [lsst-ops], may: admin, in: ['aspect:api'], hours: 2}\n"
      "  viewers: {groups: [lsst-all, 'oidc:people'], may: view, in: all}\n"
      "  installer: {may: platform-admin}\n");
  EXPECT_EQ(all.mistakes, "");
  EXPECT_EQ(all.warnings, "");
  const Namespace& portal = *all.access.find("portal");
  EXPECT_EQ(portal.pod_security, PodSecurity::restricted);
  EXPECT_EQ(portal.quota.front().quantity, "40");
  EXPECT_THAT(portal.flows_from,
              ElementsAre(Peer{Peer::Kind::ingress}, Peer{Peer::Kind::declared, "api"},
                          Peer{Peer::Kind::network, "10.1.0.0/16"}));
  EXPECT_THAT(portal.flows_to,
              ElementsAre(Peer{Peer::Kind::outside}, Peer{Peer::Kind::other, "gafaelfawr"}));
  EXPECT_FALSE(all.access.find("api")->is_open_within);
  EXPECT_THAT(all.access.role("operators")->namespaces, ElementsAre("api", "tap"));
  EXPECT_EQ(all.access.role("operators")->hours, 2);
  EXPECT_THAT(all.access.role("viewers")->namespaces, ElementsAre("portal", "api", "tap"));
  EXPECT_TRUE(all.access.role("installer")->namespaces.empty());
}

TEST(ReadAccess, NamesTheNearestOfWhatThereIsNot) {
  EXPECT_EQ(told("namespaces: {portal: {flows_from: [ingres]}}\n").mistakes,
            "access.yml:1:36: error: there is no namespace 'ingres' for a flow\n"
            "    1 | namespaces: {portal: {flows_from: [ingres]}}\n"
            "      |                                    ^\n"
            "hint: did you mean 'ingress'?\n");
  EXPECT_EQ(told("namespaces: {portal: }\nroles: {people: {may: veiw, in: all}}\n").mistakes,
            "access.yml:2:23: error: there is no right 'veiw'\n"
            "    2 | roles: {people: {may: veiw, in: all}}\n"
            "      |                       ^\n"
            "hint: did you mean 'view'?\n");
  EXPECT_THAT(told("namespaces: {portal: {pod_securty: baseline}}\n").mistakes,
              HasSubstr("there is no key 'pod_securty' here"));
  EXPECT_THAT(told("namespaces: {portal: {pod_security: base}}\n").mistakes,
              HasSubstr("there is no level of pod security 'base'"));
  EXPECT_THAT(told("namespaces: {portal: }\nroles: {x: {may: edit, in: [protal]}}\n").mistakes,
              HasSubstr("did you mean 'portal'?"));
  EXPECT_THAT(told("namespaces: {portal: {quota: {request.cpu: 1}}}\n").mistakes,
              HasSubstr("did you mean 'requests.cpu'?"));
}

TEST(ReadAccess, RefusesGroupsThatAreNotPeoples) {
  for (const char* group : {"system:masters", "system:authenticated", "provisioner:operators"})
    EXPECT_THAT(told("namespaces: {a: }\nroles: {x: {groups: ['" + std::string(group) +
                     "'], may: view, in: all}}\n")
                    .mistakes,
                HasSubstr("is not people's"))
        << group;
  for (const char* group : {"a b", "", "{{ x }}", "a,b"})
    EXPECT_THAT(told("namespaces: {a: }\nroles: {x: {groups: ['" + std::string(group) +
                     "'], may: view, in: all}}\n")
                    .mistakes,
                HasSubstr("cannot be the name of a group"))
        << group;
}

TEST(ReadAccess, MakesNoNamespaceOfSomebodyElse) {
  Cluster phalanx = test_cluster();
  phalanx.platform_namespaces = {"argocd", "gafaelfawr"};
  EXPECT_THAT(told("namespaces: {gafaelfawr: }\n", phalanx).mistakes,
              HasSubstr("the namespace 'gafaelfawr' is the platform's, and not to be made here"));
  EXPECT_THAT(told("namespaces: {kube-system: }\n").mistakes, HasSubstr("is Kubernetes'"));
  EXPECT_THAT(told("namespaces: {default: }\n").mistakes, HasSubstr("is Kubernetes'"));
  EXPECT_THAT(told("namespaces: {site-ingress: }\n").mistakes, HasSubstr("is a component's"));
  EXPECT_THAT(told("namespaces: {outside: }\n").mistakes, HasSubstr("is a word of flows"));
  EXPECT_THAT(told("namespaces: {Portal: }\n").mistakes,
              HasSubstr("'Portal' cannot be the name of a namespace"));
  EXPECT_THAT(told("namespaces: {a: }\nothers: [a]\n").mistakes,
              HasSubstr("'a' is declared, and so is nobody else's"));
}

TEST(ReadAccess, FindsFlowsThatCannotBe) {
  EXPECT_THAT(told("namespaces: {a: {flows_to: [b]}, b: }\n").mistakes,
              HasSubstr("hint: b: {flows_from: [a]}"));
  EXPECT_THAT(told("namespaces: {a: {flows_from: [a]}}\n").mistakes,
              HasSubstr("hint: within: false"));
  EXPECT_THAT(told("namespaces: {a: {flows_from: [b, b]}, b: }\n").mistakes,
              HasSubstr("'b' is there twice"));
  for (const char* network : {"10.0.0.0/33", "10.0.0/8", "10.0.0.256/8", "::/0", "10.0.0.0/"})
    EXPECT_THAT(told("namespaces: {a: {flows_from: ['" + std::string(network) + "']}}\n").mistakes,
                HasSubstr("is no network"))
        << network;
  Cluster unknown = test_cluster();
  unknown.ingress_namespace.clear();
  EXPECT_THAT(told("namespaces: {a: {flows_from: [ingress]}}\n", unknown).mistakes,
              HasSubstr("nobody knows where the ingress runs"));
  EXPECT_EQ(told("ingress_namespace: nginx\nnamespaces: {a: {flows_from: [ingress]}}\n", unknown)
                .mistakes,
            "");
}

TEST(ReadAccess, FindsRolesThatCannotBe) {
  EXPECT_THAT(told("namespaces: {a: }\nroles: {x: {may: edit}}\n").mistakes,
              HasSubstr("the role 'x' is for no namespace"));
  EXPECT_THAT(told("namespaces: {a: }\nroles: {x: {in: all}}\n").mistakes,
              HasSubstr("says nothing of what it may"));
  EXPECT_THAT(told("namespaces: {a: }\nroles: {x: {may: audit, in: [a]}}\n").mistakes,
              HasSubstr("'audit' holds for the whole cluster"));
  EXPECT_THAT(told("roles: {x: {may: audit, kubeconfig: oidc}}\n").mistakes,
              HasSubstr("the cluster trusts no issuer"));
  EXPECT_THAT(told("roles: {x: {may: audit, hours: 0}}\n").mistakes,
              HasSubstr("'access.roles.x.hours' is a number from 1 to 168, found '0'"));
}

TEST(ReadAccess, TellsWhatHasAnotherFormOnce) {
  EXPECT_EQ(
      told("namespaces: {a: {quota: 3, within: maybe, flows_from: pods}}\n").mistakes,
      "access.yml:1:25: error: 'access.namespaces.a.quota' is a dict, found an integer\n"
      "    1 | namespaces: {a: {quota: 3, within: maybe, flows_from: pods}}\n"
      "      |                         ^\n"
      "access.yml:1:36: error: 'access.namespaces.a.within' is true or false, found a string\n"
      "    1 | namespaces: {a: {quota: 3, within: maybe, flows_from: pods}}\n"
      "      |                                    ^\n"
      "access.yml:1:55: error: 'access.namespaces.a.flows_from' is a list of texts, found a "
      "string\n"
      "    1 | namespaces: {a: {quota: 3, within: maybe, flows_from: pods}}\n"
      "      |                                                       ^\n");
  EXPECT_THAT(told("roles: [a]\n").mistakes,
              HasSubstr("1:8: error: 'access.roles' is a dict, found a list"));
  EXPECT_THAT(told("roles: {1: {may: audit}}\n").mistakes,
              HasSubstr("'1' cannot be the name of a role"));
  EXPECT_THAT(told("roles: {a: {may: audit, groups: [ops, 7]}}\n").mistakes,
              HasSubstr("'access.roles.a.groups' is a list of texts, found an integer in it"));
  EXPECT_EQ(mistakes_of_issuer("{issuer: [], client: x}"),
            "'kubernetes_oidc.issuer' is a text, found a list");
}

TEST(ReadAccess, LogsPeopleInAtTheIssuerWhereThereIsOne) {
  Cluster cluster = test_cluster();
  cluster.issuer = {"https://id.example.org", "kubernetes"};
  const Told all =
      told("roles: {a: {may: audit}, b: {may: audit, kubeconfig: certificate}}\n", cluster);
  EXPECT_EQ(all.mistakes, "");
  EXPECT_TRUE(all.access.role("a")->is_by_oidc);
  EXPECT_FALSE(all.access.role("b")->is_by_oidc);
}

TEST(ReadAccess, TakesNoIssuerThatCouldBeAnybody) {
  EXPECT_EQ(mistakes_of_issuer("{issuer: 'https://id.example.org', client: kubernetes}"), "");
  EXPECT_EQ(mistakes_of_issuer("{}"), "");
  EXPECT_THAT(mistakes_of_issuer("{issuer: 'http://id.example.org', client: x}"),
              HasSubstr("over https:// alone"));
  EXPECT_THAT(mistakes_of_issuer("{issuer: 'https://id.example.org'}"),
              HasSubstr("'kubernetes_oidc.client' is missing"));
  EXPECT_THAT(mistakes_of_issuer("{issuer: 'https://a', client: x, groups_prefix: ''}"),
              HasSubstr("groups of an issuer need a prefix"));
  for (const char* none : {"''", "'-'"})
    EXPECT_THAT(mistakes_of_issuer(
                    "{issuer: 'https://a', client: x, username_prefix: " + std::string(none) + "}"),
                HasSubstr("users of an issuer need a prefix"));
  for (const char* bad : {"groups", "[1]"})
    EXPECT_THAT(
        mistakes_of_issuer("{issuer: 'https://a', client: x, scopes: " + std::string(bad) + "}"),
        HasSubstr("'kubernetes_oidc.scopes' is a list of texts, found"));
  for (const char* bad : {"[a b]", "['']"})
    EXPECT_THAT(
        mistakes_of_issuer("{issuer: 'https://a', client: x, scopes: " + std::string(bad) + "}"),
        HasSubstr("is no word that an issuer knows"));
}

TEST(ReadAccess, LeavesRoomInACertificate) {
  EXPECT_THAT(told("roles: {a-role-with-a-name-of-33-letters-: {may: audit}}\n").mistakes,
              HasSubstr("cannot be the name of a role"));
  EXPECT_THAT(told("roles: {a-role-with-a-name-of-33-letters1: {may: audit}}\n").mistakes,
              HasSubstr("is too long for a role"));
}

TEST(ReadAccess, WarnsOfPodsThatAQuotaRefuses) {
  EXPECT_EQ(told("namespaces: {a: {quota: {limits.memory: 4Gi}}}\n").warnings,
            "access.yml:1:25: warning: the quota of 'a' counts limits.memory, and the API refuses "
            "each pod that says nothing of it\n"
            "    1 | namespaces: {a: {quota: {limits.memory: 4Gi}}}\n"
            "      |                         ^\n"
            "hint: give those one: limits: {default: {memory: ...}}\n");
  EXPECT_EQ(told("namespaces: {a: {quota: {limits.memory: 4Gi, requests.memory: 1Gi, pods: 3},\n"
                 "                 limits: {default: {memory: 1Gi}}}}\n")
                .warnings,
            "");
}

TEST(ReadAccess, FindsLimitsThatContradictEachOther) {
  EXPECT_THAT(
      told("namespaces: {a: {limits: {default: {memory: 1Gi}, max: {memory: 512Mi}}}}\n").mistakes,
      HasSubstr("'default' asks for more memory than 'max'"));
  EXPECT_EQ(told("namespaces: {a: {limits: {default: {cpu: 1}, max: {cpu: 1000m}}}}\n").mistakes,
            "");
  for (const char* quantity : {"1GB", "-1", "x", "", "1 Gi", "nan", "inf"})
    EXPECT_THAT(
        told("namespaces: {a: {quota: {pods: '" + std::string(quantity) + "'}}}\n").mistakes,
        HasSubstr("is no quantity of 'pods'"))
        << quantity;
}

TEST(ReadAccess, TakesResourcesThatOthersName) {
  EXPECT_EQ(told("namespaces: {a: {quota: {requests.nvidia.com/gpu: 4, count/jobs.batch: 10,\n"
                 "  fast.storageclass.storage.k8s.io/requests.storage: 1Ti}}}\n")
                .mistakes,
            "");
}

}  // namespace
}  // namespace provisioner::access

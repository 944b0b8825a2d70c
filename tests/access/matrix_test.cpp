// What a declaration says must be what its manifests do.

#include "provisioner/platform/access/matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/access/manifests.h"
#include "tests/access/cluster_of_objects.h"
#include "tests/access/declarations.h"

namespace provisioner::access {
namespace {

const value::Value& cluster_roles() {
  static const value::Value roles = [] {
    std::ifstream file(std::string(PROJECT_DIRECTORY) + "/tests/access/cluster_roles.json");
    return value::read_json(std::string(std::istreambuf_iterator<char>(file), {}));
  }();
  return roles;
}

ClusterOfObjects cluster_of(const Access& access) { return {manifests(access), cluster_roles()}; }

constexpr int port = 8080;

// What stands for an end of a flow: a pod, or an address that is nobody else's.
ClusterOfObjects::End end_of(const Access& access, const std::string& name) {
  if (name == "ingress") return {.name_space = access.cluster.ingress_namespace};
  if (name == "api-server") return {.address = access.cluster.control_addresses.front()};
  if (name == "outside") return {.address = "203.0.113.9"};
  if (const std::size_t slash = name.find('/'); slash != std::string::npos)
    return {.address = name.substr(0, slash)};
  return {.name_space = name};
}

void expect_agreement(const Access& access) {
  const ClusterOfObjects cluster = cluster_of(access);
  const Matrix all = matrix(access);
  for (const Question& one : all.questions)
    EXPECT_EQ(cluster.may({access.role(one.role)->own_group()},
                          {one.verb, one.group, one.resource, one.name_space}),
              one.is_allowed)
        << one.role << " " << one.verb << " " << one.resource << " in '" << one.name_space << "'";
  for (const Flow& one : all.flows)
    EXPECT_EQ(cluster.passes(end_of(access, one.from), end_of(access, one.to), port), one.passes)
        << one.from << " to " << one.to;
}

const char* const declaration =
    "namespaces:\n"
    "  portal: {aspect: portal, flows_from: [ingress, api], flows_to: [outside]}\n"
    "  api: {aspect: api, within: false, flows_from: [notebook], flows_to: [172.16.0.0/12]}\n"
    "  notebook: {aspect: notebook, flows_from: [ingress, gafaelfawr, api-server],\n"
    "             flows_to: [api-server, gafaelfawr]}\n"
    "others: [gafaelfawr]\n"
    "roles:\n"
    "  operators: {groups: [lsst-ops], may: admin, in: [portal, api]}\n"
    "  developers: {groups: [lsst-dev], may: edit, in: [notebook]}\n"
    "  viewers: {groups: [lsst-all], may: view, in: all}\n"
    "  security: {groups: [lsst-sec], may: audit}\n"
    "  keepers: {groups: [lsst-it], may: operate}\n"
    "  installer: {may: platform-admin}\n";

TEST(Matrix, IsWhatTheManifestsDo) {
  const Told all = told(declaration);
  ASSERT_EQ(all.mistakes, "");
  expect_agreement(all.access);
}

bool is_allowed(const Matrix& matrix, const std::string& role, const std::string& verb,
                const std::string& resource, const std::string& name_space) {
  const auto found = std::ranges::find_if(matrix.questions, [&](const Question& one) {
    return one.role == role && one.verb == verb && one.resource == resource &&
           one.name_space == name_space;
  });
  if (found != matrix.questions.end()) return found->is_allowed;
  ADD_FAILURE() << "nobody asks whether " << role << " may " << verb << " " << resource;
  return false;
}

TEST(Matrix, KeepsARoleToItsPlaces) {
  const Matrix all = matrix(told(declaration).access);
  EXPECT_TRUE(is_allowed(all, "operators", "create", "rolebindings", "portal"));
  EXPECT_FALSE(is_allowed(all, "operators", "get", "pods", "notebook"));
  EXPECT_FALSE(is_allowed(all, "operators", "list", "secrets", ""));
  EXPECT_FALSE(is_allowed(all, "operators", "update", "resourcequotas", "portal"));
  EXPECT_FALSE(is_allowed(all, "operators", "patch", "namespaces", "portal"));
  EXPECT_FALSE(is_allowed(all, "operators", "escalate", "roles", "portal"));
  EXPECT_TRUE(is_allowed(all, "developers", "get", "secrets", "notebook"));
  EXPECT_FALSE(is_allowed(all, "developers", "create", "rolebindings", "notebook"));
  EXPECT_FALSE(is_allowed(all, "viewers", "get", "secrets", "portal"));
  EXPECT_FALSE(is_allowed(all, "viewers", "get", "nodes", ""));
  EXPECT_FALSE(is_allowed(all, "security", "list", "secrets", ""));
  EXPECT_TRUE(is_allowed(all, "security", "list", "clusterrolebindings", ""));
  EXPECT_TRUE(is_allowed(all, "keepers", "patch", "nodes", ""));
  EXPECT_TRUE(is_allowed(all, "keepers", "create", "pods/eviction", "kube-system"));
  EXPECT_FALSE(is_allowed(all, "keepers", "delete", "nodes", ""));
  EXPECT_TRUE(is_allowed(all, "installer", "create", "clusterrolebindings", ""));
}

TEST(Matrix, GivesPeopleOfAGroupWhatItsRoleMay) {
  const ClusterOfObjects cluster = cluster_of(told(declaration).access);
  EXPECT_TRUE(cluster.may({"lsst-ops"}, {"delete", "", "secrets", "portal"}));
  EXPECT_FALSE(cluster.may({"lsst-ops"}, {"delete", "", "secrets", "notebook"}));
  EXPECT_FALSE(cluster.may({"somebody"}, {"get", "", "pods", "portal"}));
}

TEST(Matrix, LetsEveryNamespaceLookUpNames) {
  const ClusterOfObjects cluster = cluster_of(told(declaration).access);
  EXPECT_TRUE(cluster.passes({"api"}, {"kube-system", "kube-dns"}, 53));
  EXPECT_FALSE(cluster.passes({"api"}, {"kube-system", "kube-dns"}, 9153));
  EXPECT_FALSE(cluster.passes({"api"}, {"kube-system", "metrics-server"}, 53));
}

TEST(Matrix, TakesPodsAndTheApiForNothingOutside) {
  const ClusterOfObjects cluster = cluster_of(told(declaration).access);
  EXPECT_TRUE(cluster.passes({"portal"}, {.address = "203.0.113.9"}, port));
  for (const char* address : {"10.244.3.7", "10.96.0.1", "10.23.0.12"})
    EXPECT_FALSE(cluster.passes({"portal"}, {.address = address}, port)) << address;
}

// Any declaration that can be: namespaces, flows and roles by chance.
std::string any_declaration(std::mt19937& random) {
  const auto below = [&](std::size_t most) { return random() % most; };
  const std::size_t count = 1 + below(5);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < count; ++at) names.push_back("n" + std::to_string(at));
  std::string yaml = "others: [stranger]\nnamespaces:\n";
  for (const std::string& name : names) {
    std::vector<std::string> from, to;
    for (const std::string& other : names)
      if (other != name && below(3) == 0) from.push_back(other);
    for (const char* word :
         {"ingress", "api-server", "outside", "stranger", "192.168.7.0/24", "pods"}) {
      if (below(3) == 0) from.emplace_back(word);
      if (below(3) == 0) to.emplace_back(word);
    }
    yaml += "  " + name + ": {within: " + (below(2) == 0 ? "true" : "false") + ", flows_from: [" +
            base::join(from, ", ") + "], flows_to: [" + base::join(to, ", ") + "]}\n";
  }
  yaml += "roles:\n";
  const char* const rights[] = {"view", "edit", "admin", "audit", "operate", "platform-admin"};
  for (std::size_t at = 0; at < 1 + below(4); ++at) {
    const std::string may = rights[below(6)];
    yaml += "  r" + std::to_string(at) + ": {may: " + may;
    std::vector<std::string> places;
    for (const std::string& name : names)
      if (below(2) == 0) places.push_back(name);
    if (may == "view" || may == "edit" || may == "admin")
      yaml += ", in: " + (below(4) == 0 ? "all" : "[" + base::join(places, ", ") + "]");
    yaml += "}\n";
  }
  return yaml;
}

TEST(Matrix, IsWhatTheManifestsDoForAnyDeclaration) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const std::string yaml = any_declaration(random);
    const Told all = told(yaml);
    ASSERT_EQ(all.mistakes, "") << yaml;
    expect_agreement(all.access);
    ASSERT_FALSE(HasFailure()) << "seed " << seed << "\n" << yaml;
  }
}

TEST(Manifests, AreTheSameForTheSameDeclaration) {
  const auto text = [] {
    std::string all;
    for (const value::Value& object : manifests(told(declaration).access))
      all += value::write_json(object) + "\n";
    return all;
  };
  EXPECT_EQ(text(), text());
}

TEST(Manifests, SayApiInCiliumsWordsWhereTheNetworkIsCilium) {
  Cluster cluster = test_cluster();
  cluster.is_cilium = true;
  std::vector<std::string> policies;
  for (const value::Value& object : manifests(told(declaration, cluster).access))
    if (object.find("kind")->text() == "CiliumNetworkPolicy")
      policies.push_back(value::write_json(*object.find("spec")));
  EXPECT_THAT(policies,
              testing::ElementsAre("{\"endpointSelector\": {}, "
                                   "\"ingress\": [{\"fromEntities\": [\"kube-apiserver\"]}], "
                                   "\"egress\": [{\"toEntities\": [\"kube-apiserver\"]}]}"));
}

TEST(Manifests, BearWhatTheyAreFoundBy) {
  for (const value::Value& object : manifests(told(declaration).access)) {
    const value::Value* labels = object.find("metadata")->find("labels");
    ASSERT_NE(labels, nullptr) << value::write_json(object);
    EXPECT_EQ(value::text_or(*labels, "provisioner/part", ""), "access");
  }
}

TEST(Manifests, OfANamespaceSayWhatItsPodsMayAndGet) {
  const Access access =
      told(
          "namespaces: {a: {pod_security: restricted, aspect: api, quota: {pods: 3},\n"
          "                 limits: {default: {memory: 1Gi}, min: {cpu: 10m}}}}\n")
          .access;
  std::vector<std::string> said;
  for (const value::Value& object : manifests(access)) said.push_back(value::write_json(object));
  EXPECT_THAT(said.at(0), testing::HasSubstr("\"pod-security.kubernetes.io/enforce\": "
                                             "\"restricted\""));
  EXPECT_THAT(said.at(1), testing::HasSubstr("\"hard\": {\"pods\": \"3\"}"));
  EXPECT_THAT(said.at(2), testing::HasSubstr("[{\"type\": \"Container\", \"default\": "
                                             "{\"memory\": \"1Gi\"}, \"min\": {\"cpu\": "
                                             "\"10m\"}}]"));
}

}  // namespace
}  // namespace provisioner::access

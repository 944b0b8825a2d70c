// README.md of a bundle: each step as whoever receives it does it.

#include "provisioner/platform/handoff/readme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/platform/handoff/object.h"
#include "sites.h"

namespace provisioner::handoff {
namespace {

using profile::Owner;
using testing::HasSubstr;
using testing::Not;
using value::Dict;
using value::Value;

std::string page_of(const Instance& instance) {
  base::Diagnostics diagnostics;
  const Files files = bundle_files(instance, diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics), "");
  return files.at("README.md");
}

Instance gen3_with(const std::string& gitops, Owner argo_cd = Owner::site) {
  std::string variables = gen3_variables;
  const std::string plain = "gitops: {repository: \"https://git.example.org/commons.git\"}";
  variables.replace(variables.find(plain), plain.size(),
                    "gitops: {repository: \"https://git.example.org/commons.git\"" + gitops + "}");
  Instance instance = instance_with("gen3", variables);
  for (profile::Ownership& one : instance.owners.components)
    if (one.component == "argo_cd") one.owner = argo_cd;
  return instance;
}

TEST(Readme, ListsPartsOfCentralServicesOnceThereIsSomething) {
  const Instance instance = instance_with("plain", "instance_domain: x.example.org\n");
  const std::string page = page_of(instance);
  for (const char* part : {"gen3-admin/", "rancher/", "terraform/", "kro/", "observability/"}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
    EXPECT_THAT(readme(instance, {{std::string(part) + "x.yaml", ""}}, {}),
                HasSubstr("| `" + std::string(part) + "` | "));
  }
}

TEST(Readme, NumbersStepsAndSetsWhatBelongsToThemIn) {
  const Instance instance = instance_with("plain", "instance_domain: x.example.org\n");
  EXPECT_THAT(
      readme(instance, {{"storage/classes.yaml", ""}}, {"First:\n\n    sh x.sh\n", "Then.\n"}),
      HasSubstr("\n4. Apply what is here, in this order, by such a kubeconfig. What stands on "
                "the cluster already is here as it was made, and stays so:\n\n"
                "       kubectl apply -f storage/classes.yaml\n\n"
                "5. First:\n\n       sh x.sh\n\n6. Then.\n\n## Gates\n"));
}

TEST(Readme, OfGen3MakesTheSecretsThatAreThereBeforeTheCharts) {
  const std::string page = page_of(gen3_with(""));
  EXPECT_THAT(page, HasSubstr("kubectl --namespace gen3 create secret generic gen3-postgres-master "
                              "--from-literal=host=pg.example.org --from-literal=port=5432"));
  EXPECT_THAT(page,
              HasSubstr("create secret tls data-example-org-tls --cert CHAIN --key KEY      # for "
                        "data.example.org\n"));
  Instance issued = instance_with("gen3", std::string(gen3_variables) + "  ingress: {issuer: x}\n");
  EXPECT_THAT(page_of(issued), Not(HasSubstr("create secret tls")));
  EXPECT_THAT(page_of(issued), HasSubstr("is made by cert-manager (issuer x)"));
}

TEST(Readme, OfGen3SaysWhatAnArgoCdNeedsThatOpensWhatIsSealed) {
  const std::string page = page_of(gen3_with(", sealed_with: helm-secrets"));
  EXPECT_THAT(page, HasSubstr("`HELM_SECRETS_WRAPPER_ENABLED=true`"));
  EXPECT_THAT(page, HasSubstr("sops --encrypt --age RECIPIENT --input-type yaml --output-type yaml "
                              "SECRETS > "
                              "REPOSITORY/main/data.example.org/values/secrets.yaml\n"));
  EXPECT_THAT(page, Not(HasSubstr("cp SECRETS")));
}

TEST(Readme, OfGen3PromisesNothingSealedWhereNothingOpensIt) {
  const std::string page = page_of(gen3_with(""));
  EXPECT_THAT(page, HasSubstr("Nothing is said to open what is sealed there "
                              "(`gen3.gitops.sealed_with: none`)"));
  EXPECT_THAT(page, Not(HasSubstr("sops --encrypt")));
  EXPECT_THAT(
      page,
      HasSubstr(
          "helm upgrade --install --take-ownership gen3-main gen3 --repo https://helm.gen3.org "
          "--version 0.3.90 --namespace gen3 \\\n"));
}

TEST(Readme, OfGen3HasAnArgoCdThatStandsElsewhereKnowTheCluster) {
  EXPECT_THAT(page_of(gen3_with("")),
              HasSubstr("It deploys to the cluster `https://api.example.org:6443`, which it must "
                        "know first"));
  EXPECT_THAT(page_of(gen3_with(", destination: agdr-prod")), HasSubstr("--name agdr-prod\n"));
  for (const Instance& here :
       {gen3_with(", destination: in-cluster"), gen3_with("", Owner::platform)}) {
    EXPECT_THAT(page_of(here), Not(HasSubstr("argocd cluster add")));
    EXPECT_THAT(page_of(here), HasSubstr("into the cluster that it stands in, which is this one"));
  }
}

TEST(Readme, OfGen3WithoutAnArgoCdIsForHelm) {
  const std::string page = page_of(gen3_with("", Owner::absent));
  EXPECT_THAT(page, Not(HasSubstr("argocd")));
  EXPECT_THAT(
      page, HasSubstr("\n9. By helm (3.17 or newer; the charts bring the namespace of workspaces"));
  EXPECT_THAT(page, HasSubstr("\n       helm upgrade --install --take-ownership gen3-main"));
}

TEST(Readme, OfPhalanxBringsQservOnceCertManagerIsThere) {
  Instance instance = instance_with("phalanx", phalanx_variables);
  EXPECT_THAT(page_of(instance), Not(HasSubstr("Qserv")));
  instance.nodes.push_back(
      {.name = "n18",
       .labels = {{"tier", "worker"}},
       .local_volumes = {Value(Dict{{"class", "disk"}, {"path", "/srv/q"}, {"size", "1Ti"}})}});
  const std::string page = page_of(instance);
  EXPECT_THAT(page, HasSubstr("\n6. In a clone of the fork (https://git.example.org/phalanx.git)"));
  EXPECT_THAT(page, HasSubstr("\n7. Qserv: its operator needs cert-manager, which the platform "
                              "brings: after the steps before this one."));
  EXPECT_THAT(page, HasSubstr("kubectl apply --server-side -f https://raw.githubusercontent.com/"
                              "lsst/qserv-operator/7b1bbd2fb97562f9aafa4d3d15724a3f66fe78c7/"
                              "manifests/operator.yaml\n"));
  EXPECT_THAT(page, HasSubstr("kubectl apply -k qserv/\n"));
}

}  // namespace
}  // namespace provisioner::handoff

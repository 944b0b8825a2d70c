// What a Phalanx environment is told of a site.

#include "provisioner/platform/handoff/phalanx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sites.h"

namespace provisioner::handoff {
namespace {

using testing::HasSubstr;

Files files_of(const Instance& instance) {
  base::Diagnostics diagnostics;
  const Files files = phalanx_files(instance, read_phalanx(instance, diagnostics));
  EXPECT_EQ(mistakes_in(diagnostics), "");
  return files;
}

TEST(Phalanx, HasAFileForTheEnvironmentAndForEachApplication) {
  const Files files = files_of(instance_with("phalanx", phalanx_variables));
  EXPECT_EQ(files.at("phalanx/environments/values-main.yaml"),
            "# Made for main of what its inventory says.\n"
            "name: main\n"
            "fqdn: rsp.example.org\n"
            "appOfAppsName: science-platform\n"
            "vaultUrl: https://vault.example.org\n"
            "vaultPathPrefix: secret/phalanx/main\n"
            "applications: {nublado: true, portal: true, postgres: true, squareone: true}\n");
  for (const char* application :
       {"argocd", "cert-manager", "gafaelfawr", "ingress-nginx", "nublado", "portal", "postgres",
        "repertoire", "squareone", "vault-secrets-operator"})
    EXPECT_TRUE(
        files.contains("phalanx/applications/" + std::string(application) + "/values-main.yaml"))
        << application;
  EXPECT_THAT(files.at("phalanx/applications/portal/values-main.yaml"), HasSubstr("\n{}\n"));
}

TEST(Phalanx, OwnsItsIngressAndTakesItsCertificateFromTheVault) {
  const Files files = files_of(instance_with("phalanx", phalanx_variables));
  const std::string& ingress = files.at("phalanx/applications/ingress-nginx/values-main.yaml");
  EXPECT_THAT(ingress, HasSubstr("loadBalancerIP: \"192.0.2.10\""));
  EXPECT_THAT(ingress, HasSubstr("default-ssl-certificate: ingress-nginx/ingress-certificate"));
  EXPECT_THAT(ingress, HasSubstr("vaultCertificate: {enabled: true}"));
  EXPECT_THAT(files.at("phalanx/applications/cert-manager/values-main.yaml"),
              HasSubstr("config: {createIssuer: false}"));
}

TEST(Phalanx, GivesNotebooksTheTreesThatNodesMountAndTheNodesThatAreForThem) {
  Instance instance = instance_with("phalanx", phalanx_variables);
  instance.nodes.back().labels.set("nublado.lsst.io/permitted", "true");
  instance.nodes.back().taints = {value::Value("nublado.lsst.io/permitted=true:NoExecute")};
  const std::string nublado =
      files_of(instance).at("phalanx/applications/nublado/values-main.yaml");
  EXPECT_THAT(
      nublado,
      HasSubstr("{type: nfs, server: \"10.22.0.5\", serverPath: /datasets, readOnly: true}"));
  EXPECT_THAT(nublado, HasSubstr("{containerPath: /home, volumeName: home}"));
  EXPECT_THAT(nublado, HasSubstr("nodeSelector: {nublado.lsst.io/permitted: \"true\"}"));
  EXPECT_THAT(nublado, HasSubstr("effect: NoExecute"));
  EXPECT_THAT(nublado, HasSubstr("source: {type: docker, registry: registry.example.org:5000, "
                                 "repository: vetted/sciplat-lab}"));
}

TEST(Phalanx, UsesTheSitesDatabasesWhereThereAreSome) {
  const Files files =
      files_of(instance_with("phalanx", std::string(phalanx_variables) +
                                            "  databases: {gafaelfawr: \"postgresql://g@pg/g\", "
                                            "nublado: \"postgresql://n@pg/n\"}\n"));
  EXPECT_FALSE(files.contains("phalanx/applications/postgres/values-main.yaml"));
  EXPECT_THAT(files.at("phalanx/applications/gafaelfawr/values-main.yaml"),
              HasSubstr("databaseUrl: postgresql://g@pg/g"));
  EXPECT_THAT(files.at("phalanx/static-secrets.yaml"), HasSubstr("hub_db_password"));
}

TEST(Phalanx, NamesItsSecretsAndHasNone) {
  const std::string secrets =
      files_of(instance_with("phalanx", phalanx_variables)).at("phalanx/static-secrets.yaml");
  EXPECT_THAT(secrets, HasSubstr("oidc-client-secret: {description: "));
  EXPECT_THAT(secrets, HasSubstr("value: null"));
  EXPECT_THAT(secrets, HasSubstr("vault-write-token: null"));
}

TEST(Phalanx, LetsTheClusterReadItsPathInTheVaultAndNothingElse) {
  const Files files = files_of(instance_with("phalanx", phalanx_variables));
  EXPECT_EQ(
      files.at("phalanx/vault/read.hcl"),
      "# vault policy write phalanx/main/read read.hcl\n"
      "path \"secret/data/phalanx/main/+\" {\n  capabilities = [\"read\"]\n}\n"
      "path \"secret/metadata/phalanx/main/+\" {\n  capabilities = [\"list\", \"read\"]\n}\n");
}

TEST(Phalanx, SaysWhatIsMissing) {
  base::Diagnostics diagnostics;
  read_phalanx(instance_with("phalanx", "phalanx: {vault_url: vault.example.org}\n"), diagnostics);
  const std::string told = mistakes_in(diagnostics);
  EXPECT_THAT(told, HasSubstr("1:22: error: 'vault.example.org' is no URL"));
  EXPECT_THAT(
      told,
      HasSubstr("'phalanx.address' is missing: what ingress-nginx asks the load balancer for"));
  EXPECT_THAT(told, HasSubstr("'phalanx.initial_admins' is missing"));
  EXPECT_THAT(told, HasSubstr("nobody's home is served to notebooks"));
}

TEST(Phalanx, TellsWhatHasAnotherFormOnce) {
  base::Diagnostics diagnostics;
  read_phalanx(instance_with("phalanx", "phalanx: [a]\n"), diagnostics);
  EXPECT_EQ(mistakes_in(diagnostics),
            "instance_main.yml:1:10: error: 'phalanx' is a dict, found a list\n"
            "    1 | phalanx: [a]\n"
            "      |          ^\n");
}

TEST(Phalanx, NamesItsClientsAtTheIssuer) {
  base::Diagnostics diagnostics;
  const auto clients =
      oidc_clients(read_phalanx(instance_with("phalanx", phalanx_variables), diagnostics));
  ASSERT_EQ(clients.size(), 2U);
  EXPECT_EQ(clients[0].redirect_urls.front(), "https://rsp.example.org/login");
  EXPECT_EQ(clients[1].secret, "secret/phalanx/main/argocd#dex.clientSecret");
}

}  // namespace
}  // namespace provisioner::handoff

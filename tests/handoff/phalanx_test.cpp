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

std::string values_of_application(const Instance& instance, const std::string& application) {
  return files_of(instance).at("phalanx/applications/" + application + "/values-main.yaml");
}

TEST(Phalanx, GivesThePortalItsMemoryAndWhatItsPodsShare) {
  const auto portal = [](const std::string& said) {
    return values_of_application(
        instance_with("phalanx", std::string(phalanx_variables) + "phalanx_portal: " + said + "\n"),
        "portal");
  };
  EXPECT_EQ(
      portal("{memory: 32Gi, replicas: 2, workarea: {nfs: {server: 10.22.0.5, path: /portal}}}"),
      "# Made for main of what its inventory says.\n"
      "replicaCount: 2\n"
      "resources: {limits: {memory: \"32Gi\"}}\n"
      "config:\n"
      "  volumes: {sharedWorkarea: {nfs: {server: \"10.22.0.5\", path: /portal}}}\n");
  EXPECT_THAT(portal("{workarea: {host_path: /srv/portal}}"),
              HasSubstr("sharedWorkarea: {hostPath: {path: /srv/portal}}"));
  EXPECT_THAT(portal("{workarea: {class: shared, size: 50Gi}}"),
              HasSubstr("sharedWorkarea: {pvc: {storageClass: shared, size: \"50Gi\"}}"));
}

TEST(Phalanx, RefusesAPortalWhosePodsShareNothingOrTwoThings) {
  const auto mistakes = [](const std::string& said) {
    base::Diagnostics diagnostics;
    read_phalanx(
        instance_with("phalanx", std::string(phalanx_variables) + "phalanx_portal: " + said + "\n"),
        diagnostics);
    return mistakes_in(diagnostics);
  };
  EXPECT_EQ(mistakes("{replicas: 2}"),
            "instance_main.yml:14:28: error: the portal's 2 pods have nothing to share\n"
            "   14 | phalanx_portal: {replicas: 2}\n"
            "      |                            ^\n"
            "hint: workarea: {nfs: {server: nfs.example.org, path: /portal}}\n");
  EXPECT_THAT(mistakes("{workarea: {class: a, host_path: /b}}"),
              HasSubstr("the portal's pods share one work area, found several"));
  EXPECT_THAT(mistakes("{workarea: {nfs: {server: a}}}"),
              HasSubstr("'phalanx_portal.workarea.nfs.path' is missing"));
}

TEST(Phalanx, HasHomesWhereTheSiteHasThem) {
  const std::string initial = values_of_application(
      instance_with("phalanx",
                    std::string(phalanx_variables) +
                        "identity: {exports: [{path: /home, homes: initialThenUsername}]}\n"
                        "phalanx_init_homes: false\n"),
      "nublado");
  EXPECT_THAT(initial, HasSubstr("homedirSchema: initialThenUsername"));
  EXPECT_THAT(initial, HasSubstr("standardInithome: false"));
  const std::string plain =
      values_of_application(instance_with("phalanx", phalanx_variables), "nublado");
  EXPECT_THAT(plain, testing::Not(HasSubstr("homedirSchema")));
  EXPECT_THAT(plain, testing::Not(HasSubstr("homeVolumeName")));
}

TEST(Phalanx, GivesNotebooksClaimsOfAClass) {
  const std::string nublado = values_of_application(
      instance_with("phalanx",
                    std::string(phalanx_variables) +
                        "  lab: {volumes: [{name: users, class: sdf-home, at: /home}, {name: data, "
                        "class: sdf-data, size: 2Gi, at: /datasets, read_only: true}]}\n"),
      "nublado");
  for (const char* line :
       {"type: persistentVolumeClaim\n", "storageClassName: sdf-home\n",
        "accessModes: [ReadWriteMany]\n", "resources: {requests: {storage: \"1Gi\"}}\n",
        "accessModes: [ReadOnlyMany]\n", "resources: {requests: {storage: \"2Gi\"}}\n",
        "readOnly: true\n"})
    EXPECT_THAT(nublado, HasSubstr(line));
  EXPECT_THAT(nublado, HasSubstr("homeVolumeName: users"));
}

TEST(Phalanx, RefusesAVolumeOfAClassAndOfAServer) {
  base::Diagnostics diagnostics;
  read_phalanx(instance_with("phalanx", std::string(phalanx_variables) +
                                            "  lab: {volumes: [{name: home, class: c, server: s, "
                                            "path: /home, at: /home}]}\n"),
               diagnostics);
  EXPECT_THAT(mistakes_in(diagnostics),
              HasSubstr("a volume of notebooks is of a class, or of a server and a path"));
}

TEST(Phalanx, TellsGafaelfawrWhatAUserMayTake) {
  EXPECT_THAT(values_of_application(
                  instance_with("phalanx",
                                std::string(phalanx_variables) +
                                    "  quota: {notebook: {cpu: 4, memory: 16}, api: {tap: 500}}\n"),
                  "gafaelfawr"),
              HasSubstr("quota: {default: {api: {tap: 500}, notebook: {cpu: 4, memory: 16}}}"));
  base::Diagnostics diagnostics;
  read_phalanx(
      instance_with("phalanx", std::string(phalanx_variables) + "  quota: {api: {tap: many}}\n"),
      diagnostics);
  EXPECT_THAT(mistakes_in(diagnostics), HasSubstr("'phalanx.quota.api.tap' is"));
}

TEST(Phalanx, ServesFilesByNubladoWhereThatIsThePlatforms) {
  Instance instance = instance_with("phalanx", phalanx_variables);
  const std::string without = values_of_application(instance, "nublado");
  EXPECT_THAT(without, testing::Not(HasSubstr("fileserver")));
  for (profile::Ownership& one : instance.owners.components)
    if (one.component == "file_access") one.owner = profile::Owner::platform;
  EXPECT_THAT(values_of_application(instance, "nublado"),
              HasSubstr("    fileserver:\n      enabled: true\n      volumeMounts:\n        - "
                        "{containerPath: /home, volumeName: home}\n"));
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

TEST(Phalanx, AsksForTheNameAndPasswordWithoutWhichNubladosControllerDoesNotStart) {
  const Files files = files_of(instance_with("phalanx", phalanx_variables));
  EXPECT_THAT(files.at("phalanx/static-secrets.yaml"),
              HasSubstr("pull-secret:\n"
                        "  description: \"For images of notebooks. A registry that asks nobody who "
                        "they are takes any name and password.\"\n"
                        "  registries: {registry.example.org:5000: {username: null, password: "
                        "null}}\n"));
  EXPECT_THAT(files.at("phalanx/applications/nublado/values-main.yaml"),
              HasSubstr("pullSecret: pull-secret\n"));
  const std::string without = files_of(instance_with("phalanx", std::string(phalanx_variables) +
                                                                    "  applications: [portal]\n"))
                                  .at("phalanx/static-secrets.yaml");
  EXPECT_THAT(without, HasSubstr("registries: {}"));
}

TEST(Phalanx, HasACommandThatFollowsABranch) {
  const std::string said = std::string(phalanx_variables) + "  revision: \"2026.08\"\n";
  const std::string script = files_of(instance_with("phalanx", said)).at("phalanx/install.sh");
  EXPECT_THAT(script, HasSubstr("set -eu\nenvironment=main\n"
                                "repository=https://git.example.org/phalanx.git\n"
                                "revision=2026.08\nbundle=$1\n"));
  EXPECT_THAT(script, HasSubstr("phalanx environment install \"$environment\"\n"));
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

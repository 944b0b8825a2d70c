// Names that nobody has given.

#include "provisioner/platform/handoff/standard_names.h"

#include <gtest/gtest.h>

#include "provisioner/platform/handoff/gen3.h"
#include "provisioner/platform/handoff/phalanx.h"
#include "provisioner/platform/profile/releases.h"
#include "sites.h"

namespace provisioner::handoff {
namespace {

TEST(StandardNames, AreThoseThatABundleHas) {
  base::Diagnostics diagnostics;
  Instance instance = instance_with("phalanx", "phalanx: {}\ngen3: {}\n");
  instance.name = "lsp_prod";
  const Phalanx phalanx = read_phalanx(instance, diagnostics);
  EXPECT_EQ(phalanx.environment, "lsp-prod");
  EXPECT_EQ(phalanx.environment, standard_environment("lsp_prod"));
  EXPECT_EQ(phalanx.vault_path, "secret/phalanx/lsp-prod");
  EXPECT_EQ(phalanx.vault_path, standard_vault_path("lsp-prod"));
  const Gen3 gen3 = read_gen3(instance, diagnostics);
  EXPECT_EQ(gen3.environment, standard_environment("lsp_prod"));
  EXPECT_EQ(gen3.chart, profile::standard_gen3_chart);
}

TEST(StandardNames, OfAnEnvironmentIsThatOfItsInstanceUnlessAnotherIsSaid) {
  base::Diagnostics diagnostics;
  const auto names = [&](const std::string& said) {
    const Instance instance =
        instance_with("phalanx", "instance_domain: data.example.org\n" + said + "\n");
    return std::pair(phalanx_name(instance.variables), read_phalanx(instance, diagnostics).fqdn);
  };
  const auto both = [](const std::string& name) { return std::pair(name, name); };
  EXPECT_EQ(names("phalanx: {}"), both("data.example.org"));
  EXPECT_EQ(names("phalanx: {}\nphalanx_fqdn: b.example.org"), both("b.example.org"));
  EXPECT_EQ(names("phalanx: {fqdn: a.example.org}\nphalanx_fqdn: b.example.org"),
            both("a.example.org"));
  EXPECT_EQ(phalanx_name(instance_with("phalanx", "phalanx: [a]\n").variables), "");
}

TEST(StandardNames, OfAnIngressKeepTheAddressThatItsInstanceSays) {
  base::Diagnostics diagnostics;
  const auto addresses = [&](const std::string& said) {
    const Instance instance =
        instance_with("phalanx", "ingress_address: 192.0.2.1\n" + said + "\n");
    return std::pair(phalanx_address(instance.variables),
                     read_phalanx(instance, diagnostics).address);
  };
  const auto both = [](const std::string& address) { return std::pair(address, address); };
  EXPECT_EQ(addresses("phalanx: {}"), both("192.0.2.1"));
  EXPECT_EQ(addresses("phalanx: {}\nphalanx_address: 192.0.2.2"), both("192.0.2.2"));
  EXPECT_EQ(addresses("phalanx: {address: 192.0.2.3}\nphalanx_address: 192.0.2.2"),
            both("192.0.2.3"));
  EXPECT_EQ(phalanx_address(instance_with("phalanx", "phalanx: [a]\n").variables), "");
}

TEST(StandardNames, OfTheRegistryOfNotebooksIsThatOfTheSiteUnlessAnotherIsSaid) {
  EXPECT_EQ(notebook_registry("ghcr.io", "registry.example.org:5000"), "ghcr.io");
  EXPECT_EQ(notebook_registry("", "registry.example.org:5000"), "registry.example.org:5000");
  EXPECT_EQ(notebook_registry("", ""), "registry.hub.docker.com");
}

}  // namespace
}  // namespace provisioner::handoff

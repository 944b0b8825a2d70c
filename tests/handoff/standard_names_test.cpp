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

}  // namespace
}  // namespace provisioner::handoff

// Where gates look for Phalanx's secrets.

#include "provisioner/front/platform/gates_vault.h"

#include <gtest/gtest.h>

#include "small_site.h"

namespace provisioner::platform {
namespace {

class GatesVault : public testing::Test {
 protected:
  GatesVault() {
    site_.desk().write("hosts.yml",
                       "instance_lsp_prod: {hosts: {n01: {ansible_host: 127.0.0.2}}}\n"
                       "control: {hosts: {n01: }}\n");
    words_.inventories = {"hosts.yml"};
  }
  // Nobody answers at the Vault.
  std::string path(const std::string& phalanx) {
    site_.desk().write("group_vars/instance_lsp_prod.yml",
                       "phalanx: {vault_url: \"http://127.0.0.1:1\"" + phalanx +
                           "}\nphalanx_vault: {role_id: a, secret_id: b}\n");
    return VaultSession(gates_site(words_, "lsp_prod")).path();
  }

  SmallSite site_;
  cli::RunWords words_;
};

TEST_F(GatesVault, IsAskedWhereTheBundleOfTheInstanceSaysThatSecretsAre) {
  EXPECT_EQ(path(""), "secret/phalanx/lsp-prod");
  EXPECT_EQ(path(", environment: usdf"), "secret/phalanx/usdf");
  EXPECT_EQ(path(", vault_path: kv/here"), "kv/here");
}

}  // namespace
}  // namespace provisioner::platform

// What gates are told of a registry's log, where nobody shows it.

#include <gtest/gtest.h>

#include "provisioner/front/platform/gates_registry.h"
#include "small_site.h"

namespace provisioner::platform {
namespace {

class RegistryLog : public testing::Test {
 protected:
  RegistryLog() {
    site_.desk().write("hosts.yml",
                       "instance_main: {hosts: {n01: {ansible_host: 127.0.0.2}, n04: "
                       "{ansible_host: 127.0.0.3}}}\n"
                       "control: {hosts: {n01: }}\nregistry: {hosts: {n04: }}\n");
    words_.inventories = {"hosts.yml"};
  }

  std::string answer() const {
    return answer_from_log(words_, gates_site(words_, "main"),
                                     "995:docker.io/library/busybox/manifests/sha256:00");
  }

  SmallSite site_;
  cli::RunWords words_;
};

TEST_F(RegistryLog, IsNotEmptyWhereItsNodeIsSilent) {
  EXPECT_EQ(answer(), "the registry's node 'n04' does not show its log");
}

TEST_F(RegistryLog, IsNotReadWhereOthersLookAfterIt) {
  site_.say(
      "registry_kind: harbor\nregistry_api_url: https://harbor.example.org\n"
      "registry_account: {user: a, password: b}\n");
  EXPECT_EQ(answer(), "others look after the registry: its log was not read");
}

}  // namespace
}  // namespace provisioner::platform

#include "provisioner/node/deploy/configure.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "tests/deploy/orders.h"
#include "tests/deploy/small_system.h"

namespace provisioner::deploy {
namespace {

class Configuring : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "a chroot needs root";
    make_small_system(directory.path());
  }

  os::TemporaryDirectory directory;
  const Order order = read_order(whole_order());
};

TEST_F(Configuring, WritesFilesNameAndKeys) {
  const Tree system(directory.path());
  const std::vector<std::string> lines = configure(system, order);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_TRUE(lines[0].starts_with("ssh-ed25519 AAAA")) << lines[0];
  EXPECT_TRUE(lines[0].ends_with(" root@n03")) << lines[0];
  EXPECT_EQ(system.read_file("/etc/hostname"), "n03\n");
  EXPECT_EQ(system.read_file("/etc/motd"), "hello\n");
  EXPECT_EQ(system.entries("/etc/ssh"),
            (std::vector<std::string>{"ssh_host_ed25519_key", "ssh_host_ed25519_key.pub"}));
  require_configured(system, order);
}

TEST_F(Configuring, MakesOtherKeysEachTime) {
  const Tree system(directory.path());
  EXPECT_NE(configure(system, order), configure(system, order));
}

TEST_F(Configuring, MissesAFileThatChanged) {
  const Tree system(directory.path());
  configure(system, order);
  system.write_file("/etc/motd", 0644, "hellp\n");
  EXPECT_THROW(require_configured(system, order), base::Error);
}

TEST_F(Configuring, FailsWhereTheSystemHasNoSshKeygen) {
  const Tree system(directory.path());
  system.remove_file("/usr/bin/ssh-keygen");
  EXPECT_THROW(configure(system, order), base::Error);
}

}  // namespace
}  // namespace provisioner::deploy

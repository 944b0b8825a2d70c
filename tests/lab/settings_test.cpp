// What keeps several labs of one machine apart.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/machine/lab/lab.h"

namespace provisioner::lab {
namespace {

TEST(LabSettings, GiveEachNumberItsOwnNetworkAndDirectory) {
  const Settings settings = standard_settings(7, 2);

  EXPECT_EQ(settings.directory, "/var/lib/provisioner/lab-7");
  EXPECT_EQ(settings.bridge, "provlab7");
  EXPECT_EQ(settings.gateway, "10.79.7.1/24");
  ASSERT_EQ(settings.nodes.size(), 2U);
  EXPECT_EQ(settings.nodes[1].name, "n02");
  EXPECT_EQ(settings.nodes[1].address, "10.79.7.12");
  EXPECT_FALSE(settings.has_python);
  EXPECT_FALSE(settings.is_cluster);
}

TEST(LabSettings, RefuseANumberThatHasNoNetwork) {
  try {
    standard_settings(256, 1);
    FAIL() << "256 has no network";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::usage);
    EXPECT_EQ(error.message(), "a lab's number is 0 to 255, not 256");
  }
}

}  // namespace
}  // namespace provisioner::lab

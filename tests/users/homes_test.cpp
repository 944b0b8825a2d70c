// Owners of homes, as a node says them.

#include "provisioner/platform/users/homes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::users {
namespace {

using testing::HasSubstr;

const std::vector<Export> exports = {
    {.name = "home", .path = "/home", .kind = Export::Kind::nfs, .is_by_initial = true},
    {.name = "scratch", .path = "/it's", .kind = Export::Kind::directory}};

std::string refusal(const std::string& said) {
  try {
    read_homes(said, exports);
  } catch (const base::Error& error) {
    return error.message();
  }
  return "";
}

TEST(Homes, AreReadByExport) {
  const auto homes = read_homes(
      "== 0\ntype nfs4\n5001 70000 700 a/alice\nend\n== 1\ntype ext4\n5002 70000 755 b c\nend\n",
      exports);
  ASSERT_EQ(homes.size(), 2u);
  EXPECT_EQ(homes[0].user, "alice");
  EXPECT_EQ(homes[0].path, "/home/a/alice");
  EXPECT_EQ(homes[0].uid, 5001u);
  EXPECT_EQ(homes[0].mode, "700");
  EXPECT_EQ(homes[1].of_export, "scratch");
  EXPECT_EQ(homes[1].user, "b c");
}

TEST(Homes, AreNotTakenForReadWhereTheyWereNot) {
  const std::string second = "== 1\ntype ext4\nend\n";
  EXPECT_THAT(refusal("== 0\ntype ext4\nend\n" + second), HasSubstr("no NFS is mounted there"));
  EXPECT_THAT(refusal("== 0\nis not there\n" + second), HasSubstr("no such directory"));
  EXPECT_THAT(refusal("== 0\ntype nfs\n5001 7 700 a/a\n" + second),
              HasSubstr("not all of it could be read"));
  EXPECT_THAT(refusal("== 0\ntype nfs\nend\n"), HasSubstr("the export 'scratch'"));
  EXPECT_THAT(refusal("== 0\ntype nfs\n5001 x 700 a\nend\n" + second), HasSubstr("cannot be read"));
  EXPECT_EQ(refusal("== 0\ntype nfs\nend\n" + second), "");
}

TEST(Homes, AreAskedForWithPathsAsWords) {
  EXPECT_EQ(homes_script("body", exports), "set -- 2 /home 1 '/it'\"'\"'s'\nbody");
}

}  // namespace
}  // namespace provisioner::users

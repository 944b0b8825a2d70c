// Of whose groups an NFS server is not told all.

#include "provisioner/platform/users/many_groups.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::users {
namespace {

ManyGroups in_groups(std::uint32_t first, std::uint32_t count, std::uint32_t gid) {
  ManyGroups user{.user = "ada", .uid = 5001, .gid = gid};
  for (std::uint32_t at = 0; at < count; ++at) user.groups.push_back(first + at);
  return user;
}

struct ReadGroups {
  std::optional<ManyGroups> user;
  std::string mistakes;
};
ReadGroups read_groups(const std::string& yaml) {
  base::Diagnostics diagnostics;
  const value::Value said =
      value::read_yaml(base::register_source("groups.yml", yaml), diagnostics);
  ReadGroups read;
  read.user = read_many_groups({&said, "gates_many_groups", said, diagnostics});
  for (const base::Error& error : diagnostics.errors()) read.mistakes += error.render() + "\n";
  return read;
}

TEST(ManyGroups, AreTheLeastSixteenForAServer) {
  EXPECT_EQ(in_groups(70001, 16, 70001).untold(), std::nullopt);
  EXPECT_EQ(in_groups(70001, 17, 70001).untold(), 70017u);
  EXPECT_EQ(in_groups(70001, 17, 70001).told(), 70002u);
  EXPECT_EQ(in_groups(70001, 17, 70005).told(), 70001u);
}

TEST(ManyGroups, AreAllKnownWhereThePrimaryOneIsLast) {
  EXPECT_EQ(in_groups(70001, 17, 70017).untold(), std::nullopt);
  EXPECT_EQ(in_groups(70001, 18, 70018).untold(), 70017u);
}

TEST(ManyGroups, AreReadAsTheyAreWritten) {
  const ManyGroups user = in_groups(70001, 20, 70003);
  base::Diagnostics diagnostics;
  const value::Value written = as_value(user);
  const auto read = read_many_groups({&written, "many_groups", written, diagnostics});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user, user.user);
  EXPECT_EQ(read->uid, user.uid);
  EXPECT_EQ(read->gid, user.gid);
  EXPECT_EQ(read->groups, user.groups);
}

TEST(ManyGroups, ArePutInOrderWithThePrimaryOne) {
  const ReadGroups read = read_groups(
      "{user: ada, uid: 5001, gid: 9, groups: [30, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, "
      "23, 24, 25, 11]}\n");
  EXPECT_EQ(read.mistakes, "");
  ASSERT_TRUE(read.user);
  EXPECT_EQ(read.user->groups.front(), 9u);
  EXPECT_EQ(read.user->groups.size(), 17u);
  EXPECT_EQ(read.user->untold(), 30u);
}

TEST(ManyGroups, AreToldWithTheirPlaceWhereTheyAreNone) {
  EXPECT_EQ(read_groups("{user: ada, uid: 5001, gid: 5001, groups: [1, root]}\n").mistakes,
            "groups.yml:1:47: error: 'gates_many_groups.groups' is a list of GIDs, found a string\n"
            "    1 | {user: ada, uid: 5001, gid: 5001, groups: [1, root]}\n"
            "      |                                               ^\n");
  EXPECT_EQ(read_groups("{user: ada, uid: 5001, gid: 5001, groups: [1, 2]}\n").mistakes,
            "groups.yml:1:43: error: these are 3 groups, and NFS tells a server of all of them\n"
            "    1 | {user: ada, uid: 5001, gid: 5001, groups: [1, 2]}\n"
            "      |                                           ^\n"
            "hint: 17 or more beside the primary one\n");
  EXPECT_EQ(
      read_groups("{user: ada, uid: 0}\n").mistakes,
      "groups.yml:1:18: error: 'gates_many_groups.uid' is a number from 1 to 4294967294, found "
      "'0'\n"
      "    1 | {user: ada, uid: 0}\n"
      "      |                  ^\n"
      "groups.yml:1:1: error: 'gates_many_groups.gid' is missing\n"
      "    1 | {user: ada, uid: 0}\n"
      "      | ^\n"
      "hint: gid: 5001\n"
      "groups.yml:1:1: error: 'gates_many_groups.groups' is missing\n"
      "    1 | {user: ada, uid: 0}\n"
      "      | ^\n"
      "hint: groups: [5001, 70001, ...]\n");
}

}  // namespace
}  // namespace provisioner::users

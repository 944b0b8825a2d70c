// Entries of a directory as users and groups.

#include "provisioner/platform/users/directory.h"

#include <gtest/gtest.h>

namespace provisioner::users {
namespace {

TEST(LdapEntries, AreUsers) {
  const LdapPlace place{.url = "ldaps://l"};
  const LdapUser user =
      ldap_user("uid=a,dc=x",
                {{"uid", {"alice", "al"}}, {"uidnumber", {"5001"}}, {"gidnumber", {"x"}}}, place);
  EXPECT_EQ(user.name, "alice");
  EXPECT_EQ(user.uid, 5001u);
  EXPECT_FALSE(user.gid);
}

TEST(LdapEntries, AreGroupsByTheAttributeThatIsNamed) {
  const LdapPlace place{.url = "ldaps://l", .member_attribute = "uniqueMember"};
  const LdapGroup group = ldap_group(
      {{"cn", {"rsp"}}, {"gidnumber", {"70000"}}, {"uniquemember", {"uid=a,dc=x"}}}, place);
  EXPECT_EQ(group.name, "rsp");
  EXPECT_EQ(group.gid, 70000u);
  EXPECT_EQ(group.members, std::vector<std::string>{"uid=a,dc=x"});
}

TEST(Dns, AreComparedWithoutCaseAndBlanks) {
  EXPECT_EQ(comparable_dn("UID=Alice , OU= People,dc=x"),
            comparable_dn("uid=alice,ou=people,DC=x"));
  EXPECT_EQ(comparable_dn("cn=A  B,dc=x"), "cn=a  b,dc=x");
  EXPECT_EQ(comparable_dn("cn=A\\, B,dc=x"), "cn=A\\, B,dc=x");
}

TEST(Numbers, AreDecimalDigits) {
  EXPECT_EQ(number_of("5001"), 5001u);
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "0x1", "4294967296"})
    EXPECT_FALSE(number_of(text)) << text;
}

}  // namespace
}  // namespace provisioner::users

// What an inventory says of users, and its mistakes.

#include "provisioner/platform/users/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::users {
namespace {

using testing::HasSubstr;

constexpr const char* whole =
    "ldap:\n"
    "  url: ldaps://ldap.example.org\n"
    "  ca_file: /etc/ssl/site.crt\n"
    "  bind_dn: uid=reader,dc=example\n"
    "  bind_password: not-to-be-seen\n"
    "  user_base: ou=people,dc=example\n"
    "  group_base: ou=groups,dc=example\n"
    "  member_attribute: member\n"
    "oidc: {issuer: https://sso.example.org/realms/lsst, username_claim: uid, users_file: u.json}\n"
    "ranges: {users: 10000-59999, groups: [60000-69999, 100], own_groups: true}\n"
    "exports:\n"
    "- {name: home, path: /home, homes: initialThenUsername, manage_gids: true}\n"
    "- {name: scratch, path: /scratch, kind: gpfs}\n"
    "pilots: [alice]\n";

Identity identity_of(const std::string& yaml, base::Diagnostics& diagnostics) {
  return read_identity(value::read_yaml(base::register_source("identity.yml", yaml), diagnostics),
                       diagnostics);
}

std::string mistakes(const std::string& yaml) {
  base::Diagnostics diagnostics;
  identity_of(yaml, diagnostics);
  std::string text;
  for (const base::Error& error : diagnostics.errors()) text += error.render() + "\n";
  return text;
}

std::string with_ldap(const std::string& rest) {
  return "ldap: {url: 'ldaps://l', user_base: ou=p, group_base: ou=g}\n" + rest;
}

TEST(Identity, IsReadWhole) {
  base::Diagnostics diagnostics;
  const Identity identity = identity_of(whole, diagnostics);
  EXPECT_EQ(diagnostics.render(), "");
  ASSERT_TRUE(identity.ldap);
  EXPECT_EQ(identity.ldap->bind_password.reveal(), "not-to-be-seen");
  EXPECT_EQ(identity.ldap->user_filter, "(objectClass=posixAccount)");
  EXPECT_EQ(identity.oidc.username_claim, "uid");
  EXPECT_EQ(identity.users.text(), "10000-59999");
  EXPECT_TRUE(identity.groups.has(100));
  EXPECT_TRUE(identity.has_own_groups);
  ASSERT_EQ(identity.exports.size(), 2u);
  EXPECT_TRUE(identity.exports[0].is_by_initial);
  EXPECT_TRUE(identity.exports[0].has_managed_gids);
  EXPECT_EQ(identity.exports[1].kind, Export::Kind::gpfs);
  EXPECT_EQ(identity.pilots, std::vector<std::string>{"alice"});
}

TEST(Identity, HasRangesThatLeaveTheSystemsNumbersOut) {
  base::Diagnostics diagnostics;
  const Identity identity = identity_of(with_ldap(""), diagnostics);
  for (const std::uint32_t uid : {0u, 999u, 65534u, 4294967295u})
    EXPECT_FALSE(identity.users.has(uid)) << uid;
  EXPECT_TRUE(identity.users.has(1000));
  EXPECT_TRUE(identity.groups.is_empty());
}

TEST(Identity, TellsMistakesWithTheirPlace) {
  EXPECT_EQ(mistakes(with_ldap("exports: [{name: home, path: home}]\n")),
            "identity.yml:2:30: error: 'path' of an export is where nodes mount it\n"
            "    2 | exports: [{name: home, path: home}]\n"
            "      |                              ^\n"
            "hint: an absolute path: /home\n");
  EXPECT_THAT(mistakes(with_ldap("rangse: {}\n")), HasSubstr("did you mean 'ranges'?"));
  EXPECT_THAT(mistakes("pilots: [a]\n"), HasSubstr("'identity' has no 'ldap'"));
  EXPECT_THAT(mistakes("[]\n"), HasSubstr("'identity' is a dict, found a list"));
}

TEST(Identity, SaysWhatCannotBe) {
  for (const auto& [yaml, words] : std::vector<std::pair<std::string, std::string>>{
           {"ranges: {users: 9-1}\n", "'identity.ranges.users' is no range of numbers"},
           {"ranges: {users: x}\n", "'identity.ranges.users' is no range of numbers"},
           {"ranges: {users: 1000-5000, groups: 4000-6000, own_groups: true}\n", "overlap"},
           {"oidc: {issuer: 'http://sso'}\n", "'http://sso' is no issuer"},
           {"exports: [{name: h, path: /h, kind: nsf}]\n", "did you mean 'nfs'?"},
           {"exports: [{name: h, path: /h}, {name: h, path: /i}]\n", "two exports 'h'"},
           {"exports: [{name: h, path: /h, homes: letters}]\n", "is no schema of homes"},
           {"exports: {}\n", "'identity.exports' is a list of dicts, found a dict"},
           {"exports: [{path: /h}]\n", "'identity.exports.name' is missing"},
           {"pilots: alice\n", "'identity.pilots' is a list of texts, found a string"}})
    EXPECT_THAT(mistakes(with_ldap(yaml)), HasSubstr(words)) << yaml;
  EXPECT_EQ(mistakes(with_ldap("ranges: {users: 1000-5000, groups: 4000-6000}\n")), "");
}

TEST(Identity, TellsWhatHasAnotherFormOnce) {
  EXPECT_EQ(mistakes("ldap: {url: [], user_base: a, group_base: b}\n"),
            "identity.yml:1:13: error: 'identity.ldap.url' is a text, found a list\n"
            "    1 | ldap: {url: [], user_base: a, group_base: b}\n"
            "      |             ^\n");
  EXPECT_EQ(mistakes("ldap: 3\n"),
            "identity.yml:1:7: error: 'identity.ldap' is a dict, found an integer\n"
            "    1 | ldap: 3\n"
            "      |       ^\n");
}

TEST(Identity, ShowsNoPasswordThatIsANumber) {
  const std::string told = mistakes(
      "ldap: {url: 'ldaps://l', user_base: a, group_base: b, bind_dn: c, bind_password: 31337}\n");
  EXPECT_THAT(told, HasSubstr("'identity.ldap.bind_password' is a text, found an integer"));
  EXPECT_EQ(told.find("31337"), std::string::npos) << told;
}

TEST(Identity, KeepsPasswordsOutOfTheClear) {
  const std::string password =
      ", bind_dn: cn=r, bind_password: secret-word, user_base: a, group_base: b}\n";
  EXPECT_THAT(mistakes("ldap: {url: 'ldap://l'" + password), HasSubstr("in the clear"));
  EXPECT_EQ(mistakes("ldap: {url: 'ldap://l', start_tls: true" + password), "");
  EXPECT_EQ(mistakes("ldap: {url: 'ldapi:///'" + password), "");
  EXPECT_THAT(mistakes("ldap: {url: 'http://l'" + password), HasSubstr("is no address"));
  EXPECT_THAT(mistakes("ldap: {url: 'ldaps://l', start_tls: true" + password),
              HasSubstr("begins with ldap://"));
  EXPECT_THAT(mistakes("ldap: {url: 'ldaps://l', bind_dn: x, user_base: a, group_base: b}\n"),
              HasSubstr("belong together"));
}

}  // namespace
}  // namespace provisioner::users

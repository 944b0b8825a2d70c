// Each verdict, its cause and the next step.

#include "provisioner/platform/users/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "facts_by_hand.h"

namespace provisioner::users {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class UsersReport : public testing::Test {
 protected:
  UsersReport() {
    add_user(facts, "alice", 5001);
    add_user(facts, "bob", 5002);
    facts.groups.push_back({.name = "rsp", .gid = 70000, .members = {"alice", "bob"}});
  }

  LdapUser& entry(const std::string& name) {
    return *std::ranges::find(facts.directory, name, &LdapUser::name);
  }
  std::string verdicts(const std::string& user) {
    return verdicts_of(report_on(facts, identity), user);
  }
  Finding finding(const std::string& user) {
    const Report report = report_on(facts, identity);
    const Row* row = report.row_of(user);
    return row == nullptr || row->findings.empty() ? Finding{} : row->findings.front();
  }

  Facts facts;
  Identity identity = site_identity();
};

TEST_F(UsersReport, SaysOkWhereAllAgree) {
  const Report report = report_on(facts, identity);
  ASSERT_EQ(report.rows.size(), 2u);
  EXPECT_EQ(report.red(), 0u);
  EXPECT_TRUE(report.notes.empty());
  const Row& alice = report.rows.front();
  EXPECT_EQ(alice.user, "alice");
  EXPECT_EQ(alice.uid, 5001u);
  EXPECT_EQ(alice.groups, 1u);
  EXPECT_TRUE(alice.has_account);
  ASSERT_EQ(alice.homes.size(), 1u);
}

TEST_F(UsersReport, FindsAnAccountWithoutAnEntry) {
  facts.accounts.push_back({.name = "carol", .uid = {}});
  EXPECT_EQ(verdicts("carol"), "no-ldap");
  EXPECT_EQ(finding("carol").because, "LDAP has no entry for 'carol'");
}

TEST_F(UsersReport, NamesTheEntryThatAClaimMeans) {
  facts.accounts.push_back({.name = "Alice@example.org", .uid = {}});
  EXPECT_EQ(verdicts("Alice@example.org"), "bad-name, no-ldap");
  const Report report = report_on(facts, identity);
  EXPECT_EQ(report.row_of("Alice@example.org")->findings.back().next,
            "LDAP has 'alice': let the issuer's claim 'preferred_username' say that");
}

TEST_F(UsersReport, FindsAnEntryWithoutANumber) {
  entry("alice").uid = std::nullopt;
  EXPECT_EQ(verdicts("alice"), "no-ldap");
  EXPECT_EQ(finding("alice").next, "give it one of 1000-59999");
}

TEST_F(UsersReport, FindsAHomeOfSomebodyElse) {
  facts.homes.front().uid = 4711;
  EXPECT_EQ(verdicts("alice"), "uid-differs");
  EXPECT_EQ(finding("alice").because,
            "'/home/alice' on 'home' belongs to UID 4711, and LDAP says 5001");
  EXPECT_EQ(finding("alice").next,
            "as root, where root is not squashed: chown -R 5001 /home/alice, or mend uidNumber");
  EXPECT_EQ(verdicts("bob"), "ok");
}

TEST_F(UsersReport, FindsAClaimWithAnotherNumber) {
  identity.oidc.uid_claim = "uid_number";
  facts.accounts.front().uid = 6001;
  EXPECT_EQ(verdicts("alice"), "uid-differs");
  EXPECT_THAT(finding("alice").because, HasSubstr("claim 'uid_number' says UID 6001"));
}

TEST_F(UsersReport, FindsAnEntryWithoutAGroup) {
  entry("bob").gid = std::nullopt;
  EXPECT_EQ(verdicts("bob"), "no-primary-gid");
}

TEST_F(UsersReport, FindsNamesThatThePlatformRefuses) {
  add_user(facts, "Dave_X", 5003);
  EXPECT_EQ(verdicts("Dave_X"), "bad-name");
}

TEST_F(UsersReport, FindsTwoUsersWithOneNumber) {
  add_user(facts, "carol", 5001);
  EXPECT_EQ(verdicts("alice"), "duplicate-uid");
  EXPECT_EQ(verdicts("carol"), "duplicate-uid");
  EXPECT_EQ(finding("alice").because,
            "UID 5001 is that of carol, too: each could read what the other wrote");
}

TEST_F(UsersReport, FindsTwoEntriesAndTwoAccountsWithOneName) {
  facts.directory.push_back(
      {.dn = "uid=bob,ou=old,dc=example", .name = "bob", .uid = 5002, .gid = 70000});
  facts.accounts.push_back({.name = "alice", .uid = {}});
  EXPECT_EQ(verdicts("bob"), "duplicate-uid");
  EXPECT_THAT(finding("bob").because, HasSubstr("LDAP has 2 entries for 'bob'"));
  EXPECT_EQ(verdicts("alice"), "duplicate-uid");
  EXPECT_THAT(finding("alice").because, HasSubstr("2 accounts in as 'alice'"));
}

TEST_F(UsersReport, CountsGroupsAsNfsDoes) {
  for (std::uint32_t gid = 70001; gid < 70016; ++gid)
    facts.groups.push_back({.name = "g" + std::to_string(gid), .gid = gid, .members = {"alice"}});
  EXPECT_EQ(verdicts("alice"), "ok");  // 16 with the primary one
  facts.groups.push_back(
      {.name = "last", .gid = 70016, .members = {"UID=Alice, OU=people, DC=example"}});
  EXPECT_EQ(verdicts("alice"), "over-16-groups");
  EXPECT_EQ(finding("alice").because, "in 17 groups, of which NFS tells the server of 'home' 16");
  EXPECT_EQ(verdicts("bob"), "ok");
  identity.exports.front().has_managed_gids = true;
  EXPECT_EQ(verdicts("alice"), "ok");
}

TEST_F(UsersReport, NamesWhoIsInMostGroupsWhateverServersMakeOfThat) {
  identity.exports.front().has_managed_gids = true;
  EXPECT_FALSE(report_on(facts, identity).many_groups);
  for (std::uint32_t gid = 70001; gid < 70020; ++gid) {
    facts.groups.push_back({.name = "g" + std::to_string(gid), .gid = gid, .members = {"alice"}});
    if (gid < 70018) facts.groups.back().members.emplace_back("bob");
  }
  const std::optional<ManyGroups> most = report_on(facts, identity).many_groups;
  ASSERT_TRUE(most);
  EXPECT_EQ(most->user, "alice");
  EXPECT_EQ(most->uid, 5001u);
  EXPECT_EQ(most->gid, entry("alice").gid);
  EXPECT_EQ(most->groups.size(), report_on(facts, identity).row_of("alice")->groups);
  EXPECT_EQ(most->untold(), 70019u);
  EXPECT_EQ(report_on(facts, identity).red(), 0u);
}

TEST_F(UsersReport, DoesNotCountGroupsWhereNothingIsNfs) {
  for (std::uint32_t gid = 70001; gid < 70030; ++gid)
    facts.groups.push_back({.name = "g" + std::to_string(gid), .gid = gid, .members = {"alice"}});
  identity.exports.front().kind = Export::Kind::gpfs;
  EXPECT_EQ(verdicts("alice"), "ok");
}

TEST_F(UsersReport, FindsNumbersOutsideOfTheirRanges) {
  add_user(facts, "low", 999);
  add_user(facts, "high", 60000);
  add_user(facts, "group", 5004);
  entry("group").gid = 80000;
  EXPECT_EQ(verdicts("low"), "range-clash");
  EXPECT_EQ(verdicts("high"), "range-clash");
  EXPECT_EQ(verdicts("group"), "range-clash");
  EXPECT_EQ(finding("low").because, "UID 999 is none of the users' range 1000-59999");
}

TEST_F(UsersReport, LetsAUserHaveTheGroupOfHisOwnNumber) {
  entry("alice").gid = 5001;
  facts.groups.push_back({.name = "alice", .gid = 5001, .members = {}});
  identity.has_own_groups = true;
  EXPECT_EQ(verdicts("alice"), "ok");
}

TEST_F(UsersReport, FindsGroupsThatStandWhereUsersOwnGroupsWould) {
  facts.groups.push_back({.name = "staff", .gid = 5002, .members = {}});
  EXPECT_EQ(verdicts("bob"), "ok");
  identity.has_own_groups = true;
  EXPECT_EQ(verdicts("bob"), "range-clash");
  EXPECT_EQ(finding("bob").because,
            "the user's own group would have GID 5002, which is that of the group 'staff'");
}

TEST_F(UsersReport, HasAllPilotsWhetherSomebodyKnowsThemOrNot) {
  identity.pilots = {"eve", "alice"};
  const Report report = report_on(facts, identity);
  EXPECT_EQ(verdicts_of(report, "eve"), "no-ldap");
  EXPECT_EQ(report.rows.size(), 3u);
  EXPECT_THAT(report.notes, ElementsAre("1 pilot whom the issuer does not know: eve"));
  facts.knows_all_accounts = false;
  EXPECT_THAT(report_on(facts, identity).notes, testing::IsEmpty());
}

TEST_F(UsersReport, NotesWhatIsOdd) {
  facts.homes.push_back({.of_export = "home", .user = "lost+found", .path = "/home/lost+found"});
  facts.groups.push_back({.name = "_odd", .gid = 70005, .members = {"nobody-here"}});
  const Report report = report_on(facts, identity);
  EXPECT_EQ(report.red(), 0u);
  EXPECT_THAT(report.notes, ElementsAre("1 home of nobody here: /home/lost+found",
                                        "1 group with a name that the platform leaves out: _odd",
                                        "1 membership of groups name nobody whom LDAP has"));
}

// Gafaelfawr's own pattern, by cases.
TEST(UserNames, AreThoseThatGafaelfawrTakes) {
  for (const char* name : {"ab", "alice", "a1b", "1ab", "bot-user", "a-bc", "1a", "0-ab"})
    EXPECT_TRUE(is_user_name(name)) << name;
  for (const char* name : {"", "a", "1", "12", "Alice", "a_b", "a.b", "-ab", "ab-", "a--bc", "ab\n",
                           "1-a", "a b", "ä"})
    EXPECT_FALSE(is_user_name(name)) << name;
}

TEST(GroupNames, AreThoseThatGafaelfawrTakes) {
  for (const char* name : {"g", "rsp-users", "G.x_1", "1a"})
    EXPECT_TRUE(is_group_name(name)) << name;
  for (const char* name : {"", "1", "-a", "_a", "a b", "a/b"})
    EXPECT_FALSE(is_group_name(name)) << name;
  EXPECT_TRUE(is_group_name(std::string(32, 'a')));
  EXPECT_FALSE(is_group_name(std::string(33, 'a')));
}

}  // namespace
}  // namespace provisioner::users

// Users of an issuer.

#include "provisioner/platform/users/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"

namespace provisioner::users {
namespace {

using testing::ElementsAre;

std::vector<Account> read(const std::string& json, base::Diagnostics& diagnostics,
                          const OidcPlace& place = {}) {
  return read_accounts(value::read_json(json), place, diagnostics);
}

std::vector<std::string> names(const std::string& json, const OidcPlace& place = {}) {
  base::Diagnostics diagnostics;
  std::vector<std::string> found;
  for (const Account& account : read(json, diagnostics, place)) found.push_back(account.name);
  for (const base::Error& error : diagnostics.errors()) found.push_back(error.message());
  return found;
}

TEST(Accounts, AreClaimsOfUsers) {
  EXPECT_THAT(names(R"([{"sub": "1", "preferred_username": "alice"}, {"uid": "bob",
                        "preferred_username": "b@x"}])"),
              ElementsAre("alice", "b@x"));
  EXPECT_THAT(names(R"([{"sub": "1", "uid": "alice"}])", {.username_claim = "uid"}),
              ElementsAre("alice"));
}

TEST(Accounts, AreWhatKeycloakExports) {
  base::Diagnostics diagnostics;
  const auto accounts = read(R"({"realm": "lsst", "users": [
      {"username": "alice", "enabled": true, "attributes": {"uidNumber": ["5001"]}},
      {"username": "gone", "enabled": false}]})",
                             diagnostics, {.uid_claim = "uidNumber"});
  ASSERT_EQ(accounts.size(), 1u);
  EXPECT_EQ(accounts[0].name, "alice");
  EXPECT_EQ(accounts[0].uid, 5001u);
}

TEST(Accounts, SayWhoHasNoSuchClaim) {
  EXPECT_THAT(names(R"([{"email": "a@x"}])"),
              ElementsAre("a user has no claim 'preferred_username'"));
  EXPECT_THAT(names(R"([{"preferred_username": ["a"]}, {"preferred_username": {"b": 1}}])"),
              ElementsAre("the claim 'preferred_username' of a user is a text, found a list",
                          "the claim 'preferred_username' of a user is a text, found a dict"));
  EXPECT_THAT(names("{}"), ElementsAre("expected a list of users with their claims, found a dict"));
}

TEST(Accounts, StayOneWhereAListHasThemAlready) {
  std::vector<Account> accounts = {{.name = "alice", .uid = 5001}, {.name = "bob", .uid = {}}};
  add_account(accounts, {.name = "alice", .uid = {}});
  add_account(accounts, {.name = "bob", .uid = 5002});
  add_account(accounts, {.name = "carol", .uid = {}});
  ASSERT_EQ(accounts.size(), 3u);
  EXPECT_EQ(accounts[0].uid, 5001u);
  EXPECT_EQ(accounts[1].uid, 5002u);
  EXPECT_EQ(accounts[2].name, "carol");
}

}  // namespace
}  // namespace provisioner::users

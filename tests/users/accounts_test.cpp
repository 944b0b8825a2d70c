// Users of an issuer, and its discovery document.

#include "provisioner/platform/users/accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"

namespace provisioner::users {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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
  EXPECT_THAT(names("{}"), ElementsAre("expected a list of users with their claims, found a dict"));
}

std::vector<std::string> faults(const std::string& json) {
  return discovery_faults(value::read_json(json), {.issuer = "https://sso.example.org/r"});
}

TEST(Discovery, HasNoFaultWhereAllIsThere) {
  EXPECT_THAT(faults(R"({"issuer": "https://sso.example.org/r", "jwks_uri": "https://a/k",
      "authorization_endpoint": "https://a/a", "token_endpoint": "https://a/t",
      "claims_supported": ["sub", "preferred_username"]})"),
              IsEmpty());
}

TEST(Discovery, TellsEachFault) {
  EXPECT_THAT(
      faults(R"({"issuer": "https://sso.example.org/r/", "jwks_uri": "http://a/k",
      "token_endpoint": "https://a/t", "claims_supported": ["sub"]})"),
      ElementsAre(HasSubstr("it calls itself 'https://sso.example.org/r/'"),
                  HasSubstr("no 'authorization_endpoint'"), HasSubstr("'jwks_uri' is no https URL"),
                  HasSubstr("no claim 'preferred_username'")));
}

TEST(Discovery, IsAtAPlaceBelowTheIssuer) {
  EXPECT_EQ(discovery_url("https://a/r"), "https://a/r/.well-known/openid-configuration");
  EXPECT_EQ(discovery_url("https://a/"), "https://a/.well-known/openid-configuration");
}

}  // namespace
}  // namespace provisioner::users

// What an issuer of tokens says of itself.

#include "provisioner/platform/users/issuer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"

namespace provisioner::users {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> faults(const std::string& json) {
  return discovery_faults(value::read_json(json), {.issuer = "https://sso.example.org/r"});
}

std::vector<std::string> faults_of(const std::string& keys) {
  return keys_faults(value::read_json(keys));
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

TEST(Discovery, TellsOfSignaturesThatNobodyTakes) {
  EXPECT_THAT(faults(R"({"issuer": "https://sso.example.org/r", "jwks_uri": "https://a/k",
      "authorization_endpoint": "https://a/a", "token_endpoint": "https://a/t",
      "id_token_signing_alg_values_supported": ["ES256", "PS256"]})"),
              ElementsAre("it does not sign tokens by RS256, and no others are taken: let it"));
}

TEST(Keys, HaveOneThatSigns) {
  EXPECT_THAT(faults_of(R"({"keys": [{"kty": "EC"}, {"kty": "RSA", "kid": "1", "use": "sig"}]})"),
              IsEmpty());
  EXPECT_THAT(faults_of(R"({"keys": [{"kty": "RSA", "n": "x", "e": "AQAB"}]})"), IsEmpty());
}

TEST(Keys, AreOfNoUseWhereNoneSignsByWhatIsTaken) {
  EXPECT_THAT(
      faults_of(R"({"keys": [{"kty": "EC", "use": "sig"}, {"kty": "RSA", "use": "enc"},
                             {"kty": "RSA", "use": "sig", "alg": "RS512"}]})"),
      ElementsAre(
          "its 'jwks_uri' has 3 keys, and none that signs by RS256: no token of it is taken"));
  EXPECT_THAT(faults_of(R"({"error": "gone"})"),
              ElementsAre("its 'jwks_uri' tells no list of keys: nobody can hold a token "
                          "against one"));
}

}  // namespace
}  // namespace provisioner::users

// `users report` by its words.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/spoken.h"

namespace provisioner::platform {
namespace {

using cli::Desk;
using cli::speak;
using cli::Spoken;
using testing::HasSubstr;

const std::string inventory =
    "all:\n  children:\n    instance_main:\n      hosts: {here: {ansible_connection: local}}\n";

TEST(UsersReport, SaysThatNothingIsSaidOfUsers) {
  Desk desk;
  desk.write("hosts.yml", inventory);
  const Spoken said = speak({"users", "report", "main", "-i", "hosts.yml"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: the inventory of 'main' has no 'identity'\n"
            "hint: identity: {ldap: {url: ldaps://..., user_base: ..., group_base: ...}}\n");
}

TEST(UsersReport, TellsMistakesWithTheirPlaceAndAsksNobody) {
  Desk desk;
  desk.write("hosts.yml", inventory +
                              "      vars:\n        identity:\n"
                              "          ldap: {url: 'ldaps://l', user_base: a, group_base: b}\n"
                              "          exports: [{name: home, path: /home, kind: nsf}]\n");
  const Spoken said = speak({"users", "report", "main", "-i", "hosts.yml"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("hosts.yml:8:53: error: there is no kind of export 'nsf'\n"));
  EXPECT_THAT(said.errors, HasSubstr("hint: did you mean 'nfs'?\n\n1 error, nobody was asked\n"));
}

TEST(UsersReport, AsksNobodyForTheOwnerOfWhatIsNoToken) {
  Desk desk;
  const std::string identity =
      "      vars:\n        identity:\n"
      "          ldap: {url: 'ldaps://127.0.0.1:1', user_base: a, group_base: b}\n";
  const auto report = [] {
    return speak({"users", "report", "main", "-i", "hosts.yml", "--oidc-token", "token"});
  };
  desk.write("token", "two words\n");
  desk.write("hosts.yml", inventory + identity);
  EXPECT_EQ(report().errors,
            "error: there is no issuer to ask whose tokens these are\n"
            "hint: identity: {oidc: {issuer: https://...}}\n");
  desk.write("hosts.yml",
             inventory + identity + "          oidc: {issuer: 'https://127.0.0.1:1/r'}\n");
  const Spoken said = report();
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: 'token' holds no access token\n"
            "hint: the token alone, as the issuer gives it\n");
}

TEST(UsersReport, TakesOneFormAtATime) {
  const Spoken said = speak({"users", "report", "main", "--json", "--csv"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors, "error: one form at a time: --json, --csv, or --page -\n");
}

TEST(UsersReport, AsksNoNodeOfSomebodyElse) {
  Desk desk;
  desk.write("hosts.yml", inventory +
                              "      vars:\n        identity:\n"
                              "          ldap: {url: 'ldaps://l', user_base: a, group_base: b}\n"
                              "          node: n99\n");
  const Spoken said = speak({"users", "report", "main", "-i", "hosts.yml"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("hosts.yml:8:17: error: 'n99' is no node of 'main'\n"));
}

TEST(UsersReport, SaysWhyNoNodeTellsOfTheHomes) {
  Desk desk;
  desk.write("hosts.yml",
             "all:\n  children:\n    instance_main:\n"
             "      hosts: {n1: {ansible_host: 127.0.0.4, ansible_port: 1}}\n"
             "      vars:\n        identity:\n"
             "          ldap: {url: 'ldaps://127.0.0.1:1', user_base: a, group_base: b}\n"
             "          exports: [{name: home, path: /home, kind: nfs}]\n");
  const Spoken said = speak({"users", "report", "main", "-i", "hosts.yml"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors,
              HasSubstr("error: no node tells who owns the homes: 'n1' does not answer: 127.0.0.4 "
                        "port 1 cannot be connected to: connection refused"));
}

}  // namespace
}  // namespace provisioner::platform

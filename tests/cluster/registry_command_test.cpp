// Commands about the registry by their words, where its node does not answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cluster/registry_accounts.h"
#include "provisioner/front/cluster/registry_site.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using cli::speak;
using cli::Spoken;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// An address of this machine where nothing listens.
class RegistryCommands : public testing::Test {
 protected:
  RegistryCommands() { write(""); }

  void write(const std::string& variables) {
    desk_.write("hosts.yml",
                "instance_one:\n"
                "  vars:\n"
                "    instance_name: one\n" +
                    variables +
                    "  hosts:\n"
                    "    r1: {ansible_host: 127.0.0.4}\n"
                    "registry: {hosts: {r1: }}\n"
                    "all: {vars: {ansible_port: 1}}\n");
  }
  static Spoken say(std::vector<std::string> words) {
    words.insert(words.begin(), "registry");
    words.insert(words.end(), {"-i", "hosts.yml"});
    return speak(words);
  }

  cli::Desk desk_;
};

TEST_F(RegistryCommands, CleanNothingThatNobodyCanLookAt) {
  const Spoken told = say({"clean", "--yes"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors,
              HasSubstr("error: the registry's node 'r1' does not tell what is in "
                        "'/var/lib/registry/incoming'\nhint: see: provisioner registry status\n"));
}

TEST_F(RegistryCommands, CleanNoRegistryOfOthers) {
  write("    registry_kind: harbor\n");
  const Spoken told = say({"clean", "--check"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_EQ(told.errors,
            "error: a registry of kind 'harbor' is cleaned by its own rules\n"
            "hint: whoever looks after it says what is kept there\n");
}

TEST_F(RegistryCommands, AreRefusedForAKindThatThereIsNot) {
  write("    registry_kind: harbour\n");
  EXPECT_THAT(
      say({"status"}).errors,
      HasSubstr("hosts.yml:4:20: error: r1: 'registry_kind' is one of distribution, harbor, "
                "nexus, zot, found 'harbour'\n"));
  EXPECT_THAT(say({"status"}).errors, HasSubstr("hint: did you mean 'harbor'?\n"));
}

TEST_F(RegistryCommands, AreRefusedForAPercentageThatIsNone) {
  write("    registry_full_percent: 101\n");
  EXPECT_THAT(say({"status"}).errors,
              HasSubstr("hosts.yml:4:28: error: r1: 'registry_full_percent' is a percentage, 1 to "
                        "100\n"));
}

TEST_F(RegistryCommands, AreRefusedForAPolicyWithMistakesBeforeTheNodeIsAsked) {
  write("    registry_policy: {incoming_days: soon}\n");
  EXPECT_THAT(say({"clean"}).errors, HasSubstr("'incoming_days' is a whole number"));
}

// Who is not in the nodes' own network comes by the address that SSH comes by.
TEST_F(RegistryCommands, ComeByAnAddressThatTheControllerReaches) {
  cli::RunWords words;
  words.inventories = {desk_.path() + "/hosts.yml"};
  write("    registry_name: registry.example.org\n    registry_address: 10.23.0.14\n");
  EXPECT_EQ(own_access(registry_site(words, "")).url, "https://127.0.0.4:5001");
  EXPECT_EQ(incoming_access(registry_site(words, "")).url, "https://127.0.0.4:5002");
  write("    registry_address: 10.23.0.14\n    registry_push_address: 10.21.0.14\n");
  EXPECT_EQ(own_access(registry_site(words, "")).url, "https://10.21.0.14:5001");
}

// One that was configured before has neither a door nor a name for it.
TEST_F(RegistryCommands, SayWhatToDoWhereTheNodeDoesNotKnowThatAddress) {
  cli::RunWords words;
  desk_.write("state/pki/ca.crt", "");
  words.inventories = {desk_.path() + "/hosts.yml"};
  write("    registry_address: 10.23.0.14\n");
  EXPECT_EQ(own_access(registry_site(words, "")).unmet_hint,
            "does the node take connections of this machine there, and has its certificate "
            "'127.0.0.4'? both are so once site.yml has run on r1; else, as before: "
            "registry_push_address: \"{{ registry_address }}\"");
  write("    registry_address: 127.0.0.4\n");
  EXPECT_EQ(own_access(registry_site(words, "")).unmet_hint, "");
}

TEST_F(RegistryCommands, SayThatNoRegistryWasBroughtFromHere) {
  const std::string authority = desk_.path() + "/state/pki/ca.crt";
  EXPECT_EQ(say({"vet", "page:1"}).errors,
            "error: there is no file '" + authority +
                "', whose certificates 'https://127.0.0.4:5002' would prove itself by\n"
                "hint: the site's authority is made with its registry: provisioner cluster up "
                "NAME; where another controller did that, it is in its state "
                "(PROVISIONER_STATE)\n");
}

TEST_F(RegistryCommands, AddNoRobotThatTheNodeHasNotHeardOf) {
  for (int time = 0; time < 2; ++time) {
    const Spoken told = say({"robots", "add", "ci", "--to", "password"});
    EXPECT_EQ(told.status, cli::exit_usage);
    EXPECT_THAT(told.errors, HasSubstr("hint: mend what stands above, then the same command goes "
                                       "on from here\n"));
  }
  EXPECT_FALSE(os::exists("password"));
  EXPECT_FALSE(os::exists("password.part"));
  EXPECT_EQ(say({"robots", "list"}).out, "no robot may push to this registry\n");
}

TEST_F(RegistryCommands, AddNoRobotWhosePasswordCannotBeKept) {
  const Spoken told = say({"robots", "add", "ci", "--to", "nowhere/password"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("error: cannot create 'nowhere/password.part"));
  EXPECT_THAT(told.errors, Not(HasSubstr("did not come to its end")));
  EXPECT_EQ(say({"robots", "list", "--json"}).out, "[]\n");
}

TEST_F(RegistryCommands, KeepARobotThatTheNodeWasNotToldToForget) {
  desk_.write("state/pki/registry-robots", "ci:$2b$04$one:one\n");
  EXPECT_EQ(say({"robots", "remove", "ci"}).status, cli::exit_usage);
  EXPECT_EQ(say({"robots", "list"}).out, "ci\n");
  EXPECT_EQ(say({"robots", "remove", "cd"}).errors,
            "error: there is no robot 'cd'\nhint: see: provisioner registry robots list\n");
}

TEST_F(RegistryCommands, KnowWhoseARobotIsByTheGroupToo) {
  desk_.write("hosts.yml",
              "instance_one: {hosts: {r1: {ansible_host: 127.0.0.4}}}\n"
              "registry: {hosts: {r1: }}\n");
  desk_.write("state/pki/registry-robots", "ci:$2b$04$one:one\nother:$2b$04$x:two\n");
  EXPECT_EQ(say({"robots", "list"}).out, "ci\n");
}

// A record of before names no registry.
TEST_F(RegistryCommands, LetRobotsPushToTheirRegistryAlone) {
  desk_.write("state/pki/registry-robots",
              "before:$2b$04$all\nci:$2b$04$one:one\nci:$2b$04$two:two\nother:$2b$04$x:two\n");
  EXPECT_EQ(say({"robots", "list"}).out, "before\nci\n");
  EXPECT_THAT(registry_accounts(robots_of("one")).incoming,
              AllOf(HasSubstr("\nbefore:$2b$04$all\nci:$2b$04$one"), Not(HasSubstr("two"))));
  const Robot robot = new_robot("one", "other", new_password());
  write_down(robot);
  EXPECT_EQ(say({"robots", "list"}).out, "before\nci\nother\n");
  strike_out(robot);
  EXPECT_EQ(robots_of("two").size(), 3U);
  EXPECT_THROW(new_robot("two", "before", new_password()), base::Error);
}

}  // namespace
}  // namespace provisioner::cluster

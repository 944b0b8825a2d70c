// Commands about artefacts by their words: what is in no lock is nothing that is well.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using cli::speak;
using cli::Spoken;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ArtifactsCommands : public testing::Test {
 protected:
  ArtifactsCommands() {
    desk_.write("hosts.yml", "all: {hosts: {n1: }}\n");
    desk_.write("artifacts/hosts.yml",
                "artifacts:\n  - {name: page, kind: file, version: v1, from: \"file:page.txt\"}\n");
    desk_.write("artifacts/page.txt", "page");
    desk_.write("other.txt", "other");
  }

  static Spoken say(std::vector<std::string> words, const std::string& inventory = "hosts.yml") {
    words.insert(words.begin(), "artifacts");
    words.insert(words.end(), {"-i", inventory, "--store", "store"});
    return speak(words);
  }
  bool has_store() const { return os::exists(desk_.path() + "/store"); }

  cli::Desk desk_;
};

constexpr const char* not_locked =
    "artifacts/hosts.yml:2:5: warning: not locked as the list has it now: page v1\n";

TEST_F(ArtifactsCommands, VerifyNothingThatIsNotLocked) {
  const Spoken told = say({"verify"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_EQ(told.out, "");
  EXPECT_THAT(told.errors, HasSubstr(not_locked));
  EXPECT_EQ(say({"verify", "--json"}).out, "[\n    \"page v1: not locked\"\n]\n");
  EXPECT_FALSE(has_store());
}

TEST_F(ArtifactsCommands, MissWhatIsNotLocked) {
  const Spoken told = say({"missing", "--json"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, AllOf(HasSubstr("\"name\": \"page\""), HasSubstr("\"is_locked\": false")));
  EXPECT_EQ(say({"list"}).status, cli::exit_fine);
  EXPECT_FALSE(has_store());
}

TEST_F(ArtifactsCommands, ImportNothingWhereNothingIsLocked) {
  const Spoken told = say({"import", "other.txt"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_EQ(told.errors,
            "error: nothing is locked: no file can be told to be what is wanted\n"
            "hint: carry '" +
                desk_.path() +
                "/artifacts/hosts.lock' here, too; where sources are reached it is made by: "
                "provisioner artifacts lock\n");
  EXPECT_FALSE(has_store());
}

TEST_F(ArtifactsCommands, TellThatNothingOfWhatWasCarriedHereIsWanted) {
  say({"lock"});
  os::remove_tree(desk_.path() + "/store");
  EXPECT_EQ(say({"import", "artifacts/page.txt"}).status, cli::exit_fine);
  EXPECT_EQ(say({"import", "artifacts/page.txt"}).status, cli::exit_fine);
  EXPECT_EQ(say({"verify"}).out, "all is there, and as it was locked\n");
  os::remove_tree(desk_.path() + "/store");
  EXPECT_THAT(say({"verify"}).errors,
              HasSubstr("hint: get what is missing: provisioner artifacts fetch\n"));
  const Spoken told = say({"import", "other.txt"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_EQ(told.out, "imported 0 artefacts, 1 still missing\n");
  EXPECT_THAT(told.errors, HasSubstr("hint: none of these files is what the lock waits for: "
                                     "provisioner artifacts missing\n"));
}

TEST_F(ArtifactsCommands, SayThatThereIsNoSuchInventory) {
  const Spoken told = say({"list"}, "hots.yml");
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors,
              AllOf(HasSubstr("error: there is no inventory 'hots.yml'\nhint: did you mean "
                              "'hosts.yml'?\n"),
                    Not(HasSubstr("list of artefacts"))));
}

}  // namespace
}  // namespace provisioner::cluster

// What groups say of taking nodes away. The probe here is a table of what members would answer.

#include "provisioner/machine/reimage/guards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::reimage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using value::Dict;
using Names = std::vector<std::string>;

const Names three = {"n01", "n02", "n03"};

class TableProbe : public GroupProbe {
 public:
  Answers ask(const std::vector<Question>& questions) override {
    Answers told;
    for (const Question& question : questions) {
      asked.insert(asked.end(), question.members.begin(), question.members.end());
      told[question.guard->group] = answers;
    }
    return told;
  }
  std::map<std::string, Health> answers;
  Names asked;
};

class Guards : public testing::Test {
 protected:
  Guards() {
    for (const std::string& member : three) probe_.answers[member] = {.is_alive = true};
  }
  Verdict ask(const Dict& variable, const Names& leaving, const Allowed& allowed = {}) {
    return ask_guards({read_guard("control", variable, three)}, leaving, away_, allowed, probe_);
  }
  void kill(const std::string& member, const std::string& because) {
    probe_.answers[member] = {.is_alive = false, .because = because};
  }

  TableProbe probe_;
  std::map<std::string, std::string> away_;
};

TEST_F(Guards, LetANodeGoThatTheOthersStandInFor) {
  const Verdict verdict = ask({{"alive", "ssh"}}, {"n02"});

  EXPECT_THAT(verdict.objections, IsEmpty());
  EXPECT_THAT(probe_.asked, ElementsAre("n01", "n03"));
}

TEST_F(Guards, KeepANodeWhereTooFewOthersAreAlive) {
  kill("n01", "does not answer: no route to host");

  EXPECT_THAT(ask({{"alive", "etcd"}}, {"n02"}).objections,
              ElementsAre(Pair("n02", ElementsAre("'control' needs 2 of 3 alive, and only n03 would "
                                                  "be (n01 does not answer: no route to host): "
                                                  "--allow-below control agrees to that"))));
}

TEST_F(Guards, LetANodeGoThatIsDeadItself) {
  kill("n02", "does not answer");

  EXPECT_THAT(ask({{"alive", "etcd"}}, {"n02"}).objections, IsEmpty());
}

TEST_F(Guards, MissNoDeadNodeThatKeepsItsDisks) {
  kill("n01", "does not answer");
  kill("n02", "does not answer");
  const Allowed back_soon = {.below = {}, .protection = {}, .keeps_disks = true};

  EXPECT_THAT(ask({{"alive", "etcd"}}, {"n02"}, back_soon).objections, IsEmpty());
  EXPECT_THAT(ask({{"alive", "etcd"}}, {"n03"}, back_soon).objections.at("n03"),
              ElementsAre(HasSubstr("and none would be")));
  EXPECT_THAT(ask({{"protected", true}}, {"n03"}, back_soon).objections, IsEmpty());
}

TEST_F(Guards, LookAtAllNodesOfARunTogether) {
  const auto objections = ask({{"minimum", 2}}, {"n01", "n02"}).objections;

  EXPECT_THAT(objections.at("n01"), ElementsAre(HasSubstr("and only n03 would be:")));
  EXPECT_EQ(objections.at("n01"), objections.at("n02"));
  EXPECT_THAT(ask({{"minimum", 1}}, {"n01", "n02"}).objections, IsEmpty());
}

TEST_F(Guards, DoNotCountNodesOfOtherJobsNorAskThem) {
  away_["n03"] = "is 'writing'";

  EXPECT_THAT(ask({{"alive", "ssh"}}, {"n02"}).objections.at("n02"),
              ElementsAre(HasSubstr("only n01 would be (n03 is 'writing')")));
  EXPECT_THAT(probe_.asked, ElementsAre("n01"));
}

TEST_F(Guards, TakeSilenceForDeath) {
  probe_.answers.clear();

  EXPECT_THAT(ask({{"alive", "ssh"}}, {"n02"}).objections.at("n02"),
              ElementsAre(HasSubstr("none would be (n01 gave no answer; n03 gave no answer)")));
}

TEST_F(Guards, BelieveAClusterThatNeedsMoreThanItsGroupHas) {
  for (auto& [member, health] : probe_.answers) health.quorum = 3;

  EXPECT_THAT(ask({{"alive", "etcd"}}, {"n02"}).objections.at("n02"),
              ElementsAre(HasSubstr("needs 3 of 3 alive")));
}

TEST_F(Guards, NeverTakeLessThanAMajorityForAQuorum) {
  EXPECT_EQ(read_guard("control", Dict{{"alive", "gpfs"}, {"minimum", 1}}, three).needed(), 2);
  EXPECT_EQ(read_guard("control", Dict{{"alive", "gpfs"}, {"minimum", 3}}, three).needed(), 3);
  EXPECT_EQ(read_guard("web", Dict{{"alive", "ssh"}, {"minimum", 1}}, three).needed(), 1);
}

TEST_F(Guards, GiveWayToWhoeverNamesTheGroup) {
  kill("n01", "does not answer");

  const Verdict verdict = ask({{"alive", "ssh"}}, {"n02"}, {.below = {"control"}, .protection = {}});

  EXPECT_THAT(verdict.objections, IsEmpty());
  EXPECT_THAT(verdict.agreed, ElementsAre(HasSubstr("agreed by --allow-below control")));
}

TEST_F(Guards, KeepAllNodesOfAProtectedGroup) {
  const Dict guard = {{"protected", true}};

  EXPECT_THAT(ask(guard, {"n02"}, {.below = {"control"}, .protection = {}}).objections,
              ElementsAre(Pair("n02", ElementsAre("'control' is protected: --allow-protected "
                                                  "control agrees to that"))));
  EXPECT_THAT(ask(guard, {"n02"}, {.below = {}, .protection = {"control"}}).objections, IsEmpty());
  EXPECT_THAT(probe_.asked, IsEmpty());
}

TEST_F(Guards, AskNobodyWhereNoNodeOfTheGroupIsMeant) {
  EXPECT_THAT(ask({{"alive", "ssh"}}, {"n09"}).objections, IsEmpty());
  EXPECT_THAT(probe_.asked, IsEmpty());
}

std::string mistake(const value::Value& variable) {
  try {
    read_guard("control", variable, three);
  } catch (const base::Error& error) {
    return error.message() + (error.hint().empty() ? "" : " / " + error.hint());
  }
  return "none";
}

TEST(AGuard, IsReadStrictly) {
  EXPECT_EQ(mistake(Dict{{"alive", "etdc"}}),
            "group 'control': 'alive' of its 'reimage_guard' is ssh, command, etcd or gpfs / did "
            "you mean 'etcd'?");
  EXPECT_EQ(mistake(Dict{{"minimun", 2}}),
            "group 'control': its 'reimage_guard' has an unknown member 'minimun' / did you mean "
            "'minimum'?");
  EXPECT_EQ(mistake(Dict{{"minimum", 4}}),
            "group 'control': its 'reimage_guard' asks for 4 of 3 members");
  EXPECT_EQ(mistake(Dict{{"minimum", 0}}),
            "group 'control': its 'reimage_guard' has a 'minimum' that is no number above 0");
  EXPECT_EQ(mistake(Dict{{"alive", "command"}}),
            "group 'control': its 'reimage_guard' lacks the 'command' that 'alive: command' runs");
  EXPECT_EQ(mistake(Dict{{"command", "true"}}),
            "group 'control': its 'reimage_guard' has a 'command', which needs 'alive: command'");
  EXPECT_EQ(mistake(Dict{}), "group 'control': its 'reimage_guard' says nothing");
  EXPECT_EQ(mistake("ssh"),
            "group 'control': its 'reimage_guard' is no dict of minimum, alive, protected");
}

TEST(AnException, MustNameAGuardedGroup) {
  const std::vector<Guard> guards = {read_guard("control", Dict{{"alive", "ssh"}}, three)};

  EXPECT_NO_THROW(require_guarded({.below = {"control"}, .protection = {}}, guards));
  EXPECT_THROW(require_guarded({.below = {}, .protection = {"contrl"}}, guards), base::Error);
}

TEST(TheCap, IsTwentyNodesOrATenthOfTheMachines) {
  EXPECT_EQ(nodes_at_ease(3), 20U);
  EXPECT_EQ(nodes_at_ease(200), 20U);
  EXPECT_EQ(nodes_at_ease(450), 45U);
}

}  // namespace
}  // namespace provisioner::reimage

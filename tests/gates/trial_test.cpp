#include "provisioner/platform/gates/trial.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::gates {
namespace {

using Texts = std::vector<std::string>;

Verdict judged(std::string_view said) { return judge_lines({.lines = read_lines(said, "n01")}); }

TEST(GateLines, PassWhereAllCameOutAsTheyMust) {
  const Verdict verdict = judged(
      "{\"right\": \"a page\", \"on\": \"n06\"}\n\n{\"right\": \"a name\"}\n{\"note\": \"MTU "
      "1500\"}\n");
  EXPECT_EQ(verdict.result, Result::passed);
  EXPECT_EQ(verdict.text, "2 trials, all as it must be: MTU 1500");
}

TEST(GateLines, FailByTheFirstCauseAndTellAllOthers) {
  const Verdict verdict = judged(
      "{\"right\": \"a page\"}\n{\"wrong\": \"a name\", \"why\": \"CoreDNS is scaled to 0\", "
      "\"hint\": \"scale it\", \"on\": \"n06\"}\n{\"wrong\": \"a page\", \"why\": \"no way\", "
      "\"hint\": "
      "\"routes\"}\n");
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.text, "n06: CoreDNS is scaled to 0 (and 1 more)");
  EXPECT_EQ(verdict.hint, "scale it");
  EXPECT_EQ(verdict.details, (Texts{"n06: a name: CoreDNS is scaled to 0", "n01: a page: no way"}));
}

TEST(GateLines, DoNotPassWhereSomethingCouldNotBeTried) {
  const Verdict verdict = judged(
      "{\"right\": \"a page\"}\n{\"lacks\": \"there is no psql\", \"hint\": \"install it\"}\n");
  EXPECT_EQ(verdict.result, Result::not_run);
  EXPECT_EQ(verdict.text, "there is no psql");
  EXPECT_EQ(verdict.hint, "install it");
}

TEST(GateLines, FailWhereSomethingIsWrongThoughTheScriptDidNotEnd) {
  Trial trial{.lines = read_lines("{\"wrong\": \"a\", \"why\": \"it is so\", \"hint\": \"\"}", "")};
  trial.failure = "its script did not end in time on 'n01'";
  EXPECT_EQ(judge_lines(trial).result, Result::failed);
  EXPECT_EQ(judge_lines(trial).text, "it is so");
}

TEST(GateLines, AreNeverPassedWithoutATrial) {
  EXPECT_EQ(judged("").result, Result::not_run);
  EXPECT_EQ(judged("{\"note\": \"nothing to see\"}\n").text, "nothing was tried");
  Trial trial{.lines = read_lines("{\"right\": \"a\"}", "n01")};
  trial.failure = "its script ended with status 1 on 'n01'";
  EXPECT_EQ(judge_lines(trial).result, Result::not_run);
  EXPECT_EQ(judge_lines(trial).text, trial.failure);
}

TEST(GateLines, HintAtCommandsAsTheyAreTyped) {
  EXPECT_EQ(with_instance("look at the API: provisioner cluster status", "main"),
            "look at the API: provisioner cluster status main");
  EXPECT_EQ(with_instance("provisioner cluster up; provisioner cluster plan, then that", "main"),
            "provisioner cluster up main; provisioner cluster plan main, then that");
  for (const char* whole : {"provisioner cluster upgrade main", "provisioner cluster remove n01"})
    EXPECT_EQ(with_instance(whole, "main"), whole);
}

TEST(GateLines, RefuseWhatIsNone) {
  for (const char* text : {"kubectl: command not found", "{\"rihgt\": \"a\"}", "{\"right\": 1}"}) {
    try {
      read_lines(text, "n01");
      ADD_FAILURE() << text;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.message(), "the gate's script said '" + std::string(text) + "'");
    }
  }
}

TEST(GateLines, SayOnWhichNodeTheyAre) {
  const auto lines = read_lines("{\"fact\": \"sysctl vm.x\", \"value\": \"1\"}", "n07");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines.front().on, "n07");
  EXPECT_EQ(lines.front().what, "sysctl vm.x");
  EXPECT_EQ(lines.front().why, "1");
}

}  // namespace
}  // namespace provisioner::gates

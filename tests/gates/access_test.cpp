// C-13: what the API lets roles do, against what is declared.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/platform/access/matrix.h"
#include "provisioner/platform/gates/access_questions.h"
#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

access::Access declared() {
  access::Access access;
  access.cluster.instance = "one";
  access.namespaces = {{.name = "portal", .quota = {{"pods", "10"}}}, {.name = "tap"}};
  access.roles = {{.name = "operators", .may = access::May::admin, .namespaces = {"portal"}},
                  {.name = "viewers", .may = access::May::view, .namespaces = {"portal", "tap"}}};
  return access;
}

// Answers as the script asks for them: place by place, ask by ask.
Trial answered(const access::Access& access) {
  const AccessQuestions questions = questions_of(access);
  std::map<std::string, bool> allowed;
  for (const access::Question& one : access::matrix(access).questions)
    allowed[one.role + " " + one.name_space + " " + one.verb + " " +
            (one.group.empty() ? "-" : one.group) + " " + one.resource] = one.is_allowed;
  Trial trial{.ran_on = {"n01"}};
  std::vector<std::string> places = {"-"};
  places.insert(places.end(), questions.places.begin(), questions.places.end());
  for (const access::Role& role : access.roles)
    for (const std::string& place : places) {
      std::string letters;
      for (const std::string& ask : questions.asks) {
        const std::string words = ask.substr(0, ask.size() - 2);
        if (place != "-" && ask.ends_with(" c")) continue;
        letters +=
            allowed.at(role.name + " " + (place == "-" ? "" : place) + " " + words) ? 'y' : 'n';
      }
      trial.lines.push_back({Line::Kind::fact, role.name + " " + place, "", letters});
    }
  for (const access::Namespace& one : access.namespaces)
    for (const auto& [what, text] :
         {std::pair{"level ", "baseline"}, {"quotas ", "1"}, {"limits ", "0"}})
      trial.lines.push_back({Line::Kind::fact, what + one.name, "", text});
  return trial;
}

Line& fact(Trial& trial, const std::string& what) {
  return *std::ranges::find(trial.lines, what, &Line::what);
}

Verdict judged(const Trial& trial) { return judge_access(trial, {.access = declared()}); }

TEST(Access, PassesWhereEachMayWhatIsDeclaredAndNothingElse) {
  const Verdict verdict = judged(answered(declared()));
  EXPECT_EQ(verdict.result, Result::passed) << verdict.text;
}

TEST(Access, NamesWhatARoleMayAndMustNot) {
  Trial trial = answered(declared());
  const std::string before = fact(trial, "viewers tap").why;
  fact(trial, "viewers tap").why = std::string(before.size(), 'y');
  const Verdict verdict = judged(trial);
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_THAT(verdict.text + "\n" + testing::PrintToString(verdict.details),
              HasSubstr("'viewers' may in 'tap', and must not: "));
}

TEST(Access, NamesWhatARoleMustAndMayNot) {
  Trial trial = answered(declared());
  fact(trial, "operators portal").why =
      std::string(fact(trial, "operators portal").why.size(), 'n');
  const Verdict verdict = judged(trial);
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_THAT(verdict.text + "\n" + testing::PrintToString(verdict.details),
              HasSubstr("'operators' may not in 'portal', and must: get pods"));
}

TEST(Access, DoesNotPassWhereTheApiDidNotAnswer) {
  Trial trial = answered(declared());
  fact(trial, "operators -").why[3] = '?';
  EXPECT_EQ(judged(trial).result, Result::not_run);
  trial = answered(declared());
  std::erase_if(trial.lines, [](const Line& line) { return line.what == "viewers kube-system"; });
  EXPECT_EQ(judged(trial).result, Result::not_run);
}

TEST(Access, LooksAtWhatBoundsPods) {
  Trial trial = answered(declared());
  fact(trial, "level tap").why = "privileged";
  EXPECT_THAT(judged(trial).text, HasSubstr("pods in 'tap' are held to 'privileged'"));
  trial = answered(declared());
  fact(trial, "quotas portal").why = "0";
  EXPECT_THAT(judged(trial).text, HasSubstr("its quota is gone"));
  trial = answered(declared());
  std::erase_if(trial.lines, [](const Line& line) { return line.what == "level tap"; });
  EXPECT_THAT(judged(trial).text, HasSubstr("there is no namespace 'tap'"));
}

TEST(Access, AsksEachThingOnceAndNothingWhereThereAreNoRoles) {
  EXPECT_TRUE(questions_of({}).asks.empty());
  const AccessQuestions questions = questions_of(declared());
  EXPECT_THAT(questions.places, ElementsAre("portal", "tap", "default", "kube-system"));
  std::vector<std::string> asks = questions.asks;
  std::ranges::sort(asks);
  EXPECT_EQ(std::ranges::adjacent_find(asks), asks.end());
}

}  // namespace
}  // namespace provisioner::gates

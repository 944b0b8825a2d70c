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
  access.cluster.issuer = access::Issuer{.url = "https://id.example.org", .client = "kubernetes"};
  access.namespaces = {{.name = "portal", .quota = {{"pods", "10"}, {"requests.cpu", "2"}}},
                       {.name = "tap",
                        .limits = {.standard = {{"memory", "1Gi"}},
                                   .standard_request = {},
                                   .most = {{"memory", "8Gi"}},
                                   .least = {}}}};
  access.roles = {{.name = "operators",
                   .groups = {"lab ops"},
                   .may = access::May::admin,
                   .namespaces = {"portal"}},
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
  for (const auto& [what, text] :
       std::map<std::string, std::string>{{"level portal", "baseline"},
                                          {"level tap", "baseline"},
                                          {"quota portal pods", "10"},
                                          {"quota portal requests.cpu", "2000m"},
                                          {"limit tap default memory", "1024Mi"},
                                          {"limit tap max memory", "8Gi"},
                                          {"group operators portal oidc:lab ops", "y"}})
    trial.lines.push_back({Line::Kind::fact, what, "", text});
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
  std::erase_if(trial.lines, [](const Line& line) { return line.what.starts_with("quota "); });
  EXPECT_THAT(judged(trial).text, HasSubstr("its quota is gone"));
  trial = answered(declared());
  std::erase_if(trial.lines, [](const Line& line) { return line.what.starts_with("limit "); });
  EXPECT_THAT(judged(trial).text, HasSubstr("its LimitRange is gone"));
  trial = answered(declared());
  std::erase_if(trial.lines, [](const Line& line) { return line.what == "level tap"; });
  EXPECT_THAT(judged(trial).text, HasSubstr("there is no namespace 'tap'"));
}

TEST(Access, HoldsWhatBoundsPodsAgainstTheDeclaration) {
  Trial trial = answered(declared());
  fact(trial, "quota portal pods").why = "100";
  EXPECT_EQ(judged(trial).text, "the quota of 'portal' has pods 100, and 10 is declared");
  // Another quota beside it: the least is what holds.
  trial = answered(declared());
  trial.lines.push_back({Line::Kind::fact, "quota portal pods", "", "100"});
  EXPECT_EQ(judged(trial).result, Result::passed);
  trial.lines.push_back({Line::Kind::fact, "quota portal pods", "", "1"});
  EXPECT_EQ(judged(trial).text, "the quota of 'portal' has pods 1, and 10 is declared");
  trial = answered(declared());
  std::erase_if(trial.lines, [](const Line& line) { return line.what == "limit tap max memory"; });
  EXPECT_EQ(judged(trial).text,
            "the largest limit of 'tap' has memory unbounded, and 8Gi is declared");
  trial = answered(declared());
  fact(trial, "limit tap default memory").why = "2Gi";
  EXPECT_EQ(judged(trial).text, "the standard limit of 'tap' has memory 2Gi, and 1Gi is declared");
}

TEST(Access, HoldsGroupsAgainstTheirRoles) {
  Trial trial = answered(declared());
  fact(trial, "group operators portal oidc:lab ops").why = "n";
  EXPECT_EQ(judged(trial).text,
            "the group 'oidc:lab ops' of 'operators' may not create "
            "localsubjectaccessreviews.authorization.k8s.io in 'portal', as the role may: it is "
            "not bound to it");
  fact(trial, "group operators portal oidc:lab ops").why = "?";
  EXPECT_EQ(judged(trial).result, Result::not_run);
}

TEST(Access, AsksOfGroupsWhatLesserRolesMayNot) {
  access::Access access = declared();
  access.roles = {{.name = "a", .groups = {"g"}, .may = access::May::view, .namespaces = {"tap"}},
                  {.name = "b", .groups = {"g"}, .may = access::May::edit, .namespaces = {"tap"}},
                  {.name = "c", .groups = {"g", "h"}, .may = access::May::operate}};
  std::vector<std::string> facts;
  for (const GroupQuestion& one : group_questions(access)) facts.push_back(one.fact());
  EXPECT_THAT(facts, ElementsAre("group a tap oidc:g", "group b tap oidc:g", "group c - oidc:g",
                                 "group c - oidc:h"));
  const std::vector<GroupQuestion> all = group_questions(access);
  EXPECT_NE(all[0].verb + all[0].resource, all[1].verb + all[1].resource);
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

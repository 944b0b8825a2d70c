// P-7, C-9: users as the last report of them has them.

#include <gtest/gtest.h>

#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using value::Dict;
using value::List;
using value::Value;

const std::chrono::sys_seconds noon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 29) + std::chrono::hours(12);

Value record_of(Dict more) {
  Dict record{{"finished", "2026-11-29T09:00:00.123Z"}, {"users", 10}};
  for (const auto& [key, entry] : more) record.set(key, entry);
  return record;
}

Surroundings with_users(Value users) {
  Surroundings about;
  about.wish.instance = "one";
  about.wish.control = {{.name = "n01", .address = "10.0.0.1"}};
  about.wish.workers = {{.name = "n06", .address = "10.0.0.6"}};
  about.variables["n01"] = Dict{{"identity", Dict{{"pilots", List{"ada"}}}}};
  about.variables["n06"] =
      Dict{{"storage", Dict{{"mounts", List{Dict{{"type", "nfs4"}, {"path", "/home"}}}}}}};
  about.users = std::move(users);
  about.now = noon;
  return about;
}

const Value red = record_of({{"pilots", List{"ada", "max"}}, {"pilots_red", List{"ada"}}});
const Value green = record_of({{"red", 3}, {"pilots", List{"ada"}}});
const Trial written = {.lines = {right("/home is written to", "n06")}};

TEST(UsersGate, AsksForTheReportAndMindsPilotsFirst) {
  EXPECT_EQ(judge_users({}, with_users({})).text, "nobody has looked whose numbers agree");
  EXPECT_EQ(judge_users({}, with_users(green)).result, Result::passed);
  EXPECT_EQ(judge_users({}, with_users(record_of({{"red", 3}}))).text,
            "numbers of 3 users do not agree");
  EXPECT_EQ(judge_users({}, with_users(red)).text, "numbers of pilot users do not agree: ada");
}

TEST(UsersGate, IsNotProvedByWhatWasLookedAtLongAgo) {
  Surroundings about = with_users(green);
  about.now = noon + std::chrono::days(7);
  const Verdict verdict = judge_users({}, about);
  EXPECT_EQ(verdict.result, Result::not_run);
  EXPECT_EQ(verdict.text, "whose numbers agree was looked at 7 days ago, and 7 are the most");
  EXPECT_EQ(verdict.hint, "provisioner users report one");
  about.now = noon + std::chrono::days(7) - std::chrono::hours(4);
  EXPECT_EQ(judge_users({}, about).result, Result::passed);
}

TEST(ExportsGate, IsBlockedByAPilotUserWhoseNumbersDoNotAgree) {
  EXPECT_EQ(judge_exports(written, with_users(green)).result, Result::passed);
  const Verdict verdict = judge_exports(written, with_users(red));
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.text, "numbers of pilot users do not agree: ada");
}

TEST(ExportsGate, IsNotProvedWithoutAReportOfThem) {
  EXPECT_EQ(judge_exports(written, with_users({})).text, "nobody has looked whose numbers agree");
  Surroundings about = with_users(green);
  about.now = noon + std::chrono::days(8);
  EXPECT_EQ(judge_exports(written, about).text,
            "whose numbers agree was looked at 8 days ago, and 7 are the most");
  about = with_users({});
  about.users_problem = "this is no record of users";
  EXPECT_EQ(judge_exports(written, about).text, "this is no record of users");
}

TEST(ExportsGate, LeavesUsersToClustersThatMountWhatTheyOwnAndNameThem) {
  Surroundings about = with_users(red);
  about.variables["n06"] =
      Dict{{"storage", Dict{{"mounts", List{Dict{{"type", "ext4"}, {"path", "/srv"}}}}}}};
  EXPECT_EQ(judge_exports(written, about).result, Result::passed);
  about = with_users({});
  for (const Dict& variables : {Dict{}, Dict{{"identity", Dict{}}}}) {
    about.variables["n01"] = variables;
    EXPECT_EQ(judge_exports(written, about).result, Result::passed);
  }
  const Verdict verdict = judge_exports(written, about);
  EXPECT_EQ(verdict.result, Result::passed);
  EXPECT_EQ(verdict.text,
            "1 trial, all as it must be: the inventory says nothing of users (identity): whose "
            "numbers agree was not looked at");
}

}  // namespace
}  // namespace provisioner::gates

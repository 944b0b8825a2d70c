// What a record of gates is good for.

#include "provisioner/platform/handoff/gates_record.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::handoff {
namespace {

using std::chrono::days;

const std::chrono::sys_days today{std::chrono::year(2026) / 11 / 29};

std::string record(const std::string& waivers, const std::string& result, const std::string& blocks,
                   const std::string& passed = "true", const std::string& whole = "true") {
  return R"({"instance": "main", "finished": "2026-11-28T17:00:00Z", "passed": )" + passed +
         R"(, "whole": )" + whole + R"(, "waivers": [)" + waivers +
         R"(], "gates": [{"id": "C-3", "name": "pods", "result": ")" + result + R"(", "blocks": )" +
         blocks + "}]}";
}

std::string told(const std::string& text, std::chrono::system_clock::time_point now = today,
                 const std::string& instance = "main") {
  return objection(read_gates_record(text, "gates.json"), instance, now, days(7))
      .value_or("nothing");
}

TEST(GatesRecord, StandsAgainstNothingWhereAllPassed) {
  EXPECT_EQ(told(record("", "passed", "false")), "nothing");
}

TEST(GatesRecord, NamesGatesThatDidNotPassOrDidNotRun) {
  EXPECT_EQ(told(record("", "failed", "true", "false")), "1 gate did not pass: C-3 (failed)");
  EXPECT_EQ(told(record("", "not run", "true", "false")), "1 gate did not pass: C-3 (not run)");
}

TEST(GatesRecord, IsGoodForAWeekAndForItsOwnInstance) {
  EXPECT_EQ(told(record("", "passed", "false"), today + days(6)), "nothing");
  EXPECT_EQ(told(record("", "passed", "false"), today + days(7) + std::chrono::hours(18)),
            "its gates were run on 2026-11-28T17:00:00Z, more than 7 days ago");
  EXPECT_EQ(told(record("", "passed", "false"), today, "other"),
            "the record of gates is of 'main'");
}

TEST(GatesRecord, OfSomeGatesAloneIsNotEnough) {
  EXPECT_EQ(told(record("", "passed", "false", "true", "false")),
            "only some of its gates were run, on 2026-11-28T17:00:00Z");
}

TEST(GatesRecord, EndsWithTheFirstWaiverThatEnds) {
  const std::string waiver =
      R"({"gate": "C-3", "name": "amara", "reason": "no store", "until": "2026-11-29"})";
  const std::string text = record(waiver, "not run", "false");
  EXPECT_EQ(told(text), "nothing");
  EXPECT_EQ(told(text, today + days(1)), "the waiver of C-3 by amara ended on 2026-11-29");
}

TEST(GatesRecord, ThatIsMissingOrNoneIsSaid) {
  EXPECT_EQ(objection({}, "main", today, days(7)), "its gates were never run");
  EXPECT_THROW(read_gates_record("{}", "gates.json"), base::Error);
}

}  // namespace
}  // namespace provisioner::handoff

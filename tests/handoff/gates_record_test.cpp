// What a record of gates is good for, beside what any proof needs (tests/instance).

#include "provisioner/platform/handoff/gates_record.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::handoff {
namespace {

using std::chrono::days;

const std::chrono::sys_days today{std::chrono::year(2026) / 11 / 29};

std::string record(const std::string& waivers, const std::string& result,
                   const std::string& blocks) {
  return R"({"instance": "main", "finished": "2026-11-28T17:00:00Z", "whole": true, "lock": "", )"
         R"("passed": )" +
         std::string(blocks == "true" ? "false" : "true") + R"(, "waivers": [)" + waivers +
         R"(], "gates": [{"id": "C-3", "name": "pods", "result": ")" + result + R"(", "blocks": )" +
         blocks + "}]}";
}

std::string told(const std::string& text, int later = 0, const std::string& lock = {}) {
  const std::string date = later == 0 ? "2026-11-29" : "2026-11-30";
  return objection(read_gates_record(text, "gates.json"),
                   {.instance = "main", .lock = lock, .now = today + days(later)}, date)
      .value_or("nothing");
}

TEST(GatesRecord, StandsAgainstNothingWhereAllPassed) {
  EXPECT_EQ(told(record("", "passed", "false")), "nothing");
}

TEST(GatesRecord, NamesGatesThatDidNotPassOrDidNotRun) {
  EXPECT_EQ(told(record("", "failed", "true")), "the gates of 'main' did not pass: C-3 failed");
  EXPECT_EQ(told(record("", "not run", "true")), "the gates of 'main' did not pass: C-3 not run");
}

TEST(GatesRecord, IsGoodForAWhileAndForItsOwnLock) {
  EXPECT_NE(told(record("", "passed", "false"), 7), "nothing");
  EXPECT_NE(told(record("", "passed", "false"), 0, "abc"), "nothing");
}

TEST(GatesRecord, EndsWithTheFirstWaiverThatEnds) {
  const std::string waiver =
      R"({"gate": "C-3", "name": "amara", "reason": "no store", "until": "2026-11-29"})";
  const std::string text = record(waiver, "not run", "false");
  EXPECT_EQ(told(text), "nothing");
  EXPECT_EQ(told(text, 1), "the waiver of C-3 by amara ended on 2026-11-29");
}

TEST(GatesRecord, ThatIsMissingOrNoneIsSaid) {
  EXPECT_EQ(objection({}, {.instance = "main", .lock = "", .now = today}, "2026-11-29"),
            "nobody has tried the gates of 'main'");
  EXPECT_THROW(read_gates_record("{}", "gates.json"), base::Error);
}

}  // namespace
}  // namespace provisioner::handoff

#include "provisioner/platform/gates/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "provisioner/base/value/json.h"

namespace provisioner::gates {
namespace {

using value::Dict;
using value::List;
using value::Value;

Outcome outcome(const char* id, Result result) {
  return {.id = id,
          .name = "pods",
          .verdict = {.result = result, .text = "<so> & \"so\""},
          .ran_on = {"n01"},
          .seconds = 1.5};
}

std::vector<Waiver> waivers(const Value& said) {
  base::Diagnostics diagnostics;
  const auto read = read_waivers(&said, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  return read;
}

Value waiver(const char* gate, const char* until) {
  return Dict{{"gate", gate}, {"name", "ada"}, {"reason", "no NFS here"}, {"until", until}};
}

std::string mistake(const Value& said) {
  base::Diagnostics diagnostics;
  EXPECT_TRUE(read_waivers(&said, diagnostics).empty());
  return diagnostics.errors().empty() ? "" : diagnostics.errors().front().message();
}

TEST(Waivers, NameAGateByNumberOrName) {
  const auto read =
      waivers(List{waiver("c-9", "2026-12-31"), waiver("network-policy", "2026-12-31")});
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].gate, "C-9");
  EXPECT_EQ(read[1].gate, "C-4");
}

TEST(Waivers, AreRefusedWithoutReasonDayOrGate) {
  EXPECT_EQ(mistake(List{Dict{{"gate", "C-9"}, {"name", "ada"}, {"until", "2026-12-31"}}}),
            "a waiver lacks 'reason'");
  EXPECT_EQ(mistake(List{waiver("C-9", "tomorrow")}), "'until' is a day, not 'tomorrow'");
  EXPECT_EQ(mistake(List{waiver("C-9", "2026-02-30")}), "'until' is a day, not '2026-02-30'");
  EXPECT_EQ(mistake(List{waiver("C-99", "2026-12-31")}), "there is no gate 'C-99'");
  EXPECT_EQ(mistake(Dict{{"gate", "C-9"}}), "'gate_waivers' is a list, not a dict");
  EXPECT_EQ(mistake(List{Dict{{"gat", "C-9"}}}), "a waiver has no key 'gat'");
}

TEST(Waivers, CoverWhatDoesNotRunUntilTheirLastDay) {
  const auto read = waivers(List{waiver("C-9", "2026-11-29")});
  Outcome last_day = outcome("C-9", Result::not_run), after = last_day;
  waive(last_day, read, "2026-11-29");
  EXPECT_FALSE(last_day.blocks());
  waive(after, read, "2026-11-30");
  EXPECT_TRUE(after.blocks());
  EXPECT_EQ(after.verdict.details.back(), "the waiver of ada ended on 2026-11-29: no NFS here");
}

TEST(Waivers, CoverAFailureOnlyWhereTheySaySo) {
  Outcome failed = outcome("C-9", Result::failed), covered = failed;
  waive(failed, waivers(List{waiver("C-9", "2026-12-31")}), "2026-11-29");
  EXPECT_TRUE(failed.blocks());
  Dict said = waiver("C-9", "2026-12-31").dict();
  said.set("covers", "failed");
  waive(covered, waivers(List{Value(said)}), "2026-11-29");
  EXPECT_FALSE(covered.blocks());
}

TEST(GatesRecord, IsPassedWhereNothingBlocksAndSomethingWasTried) {
  EXPECT_FALSE(Record{}.is_passed());
  Record record{.instance = "one", .outcomes = {outcome("C-3", Result::passed)}};
  EXPECT_TRUE(record.is_passed());
  record.outcomes.push_back(outcome("C-9", Result::not_run));
  EXPECT_FALSE(record.is_passed());
}

TEST(GatesRecord, TellsAllAsJson) {
  Record record{.instance = "one",
                .finished = "2026-11-29T10:02:03Z",
                .outcomes = {outcome("C-9", Result::not_run)}};
  waive(record.outcomes.front(), waivers(List{waiver("C-9", "2026-12-31")}), "2026-11-29");
  EXPECT_EQ(value::write_json(as_value(record)),
            R"({"instance": "one", "finished": "2026-11-29T10:02:03Z", "passed": true, )"
            R"("whole": true, "deployed": false, "lock": "", "waivers": [{"gate": "C-9", )"
            R"("name": "ada", "reason": "no NFS here", "until": "2026-12-31"}], )"
            R"("gates": [{"id": "C-9", )"
            R"("name": "pods", "result": "not run", "blocks": false, "ran_on": ["n01"], )"
            R"("text": "<so> & \"so\"", "details": [], "hint": "", "seconds": 1.5}]})");
}

TEST(GatesRecord, SaysThatItIsOfAPlatformThatStands) {
  const Record record{.instance = "one", .moment = Moment::deployed};
  EXPECT_TRUE(value::boolean_or(as_value(record), "deployed", false));
}

TEST(GatesRecord, IsJUnitsXmlWithEveryTextEscaped) {
  const Record record{.instance = "one",
                      .finished = "2026-11-29T10:02:03Z",
                      .outcomes = {outcome("C-3", Result::failed)}};
  EXPECT_EQ(as_junit(record),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuite name=\"gates one\" tests=\"1\" failures=\"1\" skipped=\"0\" time=\"1.5\" "
            "timestamp=\"2026-11-29T10:02:03Z\">\n"
            "  <testcase classname=\"gates.one\" name=\"C-3 pods\" time=\"1.5\"><failure "
            "type=\"failed\" message=\"&lt;so&gt; &amp; &quot;so&quot;\"></failure></testcase>\n"
            "</testsuite>\n");
}

TEST(Catalog, HasEachIdentityAndNameOnce) {
  std::set<std::string> words;
  for (const Gate& gate : all_gates()) {
    EXPECT_TRUE(words.insert(gate.id).second) << gate.id;
    EXPECT_TRUE(words.insert(gate.name).second) << gate.name;
    EXPECT_EQ(find_gate(gate.name)->id, std::string(gate.id));
  }
}

TEST(Catalog, GivesEachPlatformTheCommonGatesAndItsOwn) {
  EXPECT_EQ(gates_of(profile::Platform::plain).size(), 17U);
  const auto phalanx = gates_of(profile::Platform::phalanx);
  EXPECT_TRUE(
      std::ranges::any_of(phalanx, [](const Gate& one) { return one.id == std::string("P-1"); }));
  EXPECT_TRUE(std::ranges::none_of(phalanx, [](const Gate& one) { return *one.id == 'G'; }));
}

TEST(Catalog, HasEveryGateOfTheHandOver) {
  std::set<std::string> ids;
  for (const Gate& gate : all_gates()) ids.insert(gate.id);
  for (const auto& [kind, most] : {std::pair{"C-", 17}, std::pair{"G-", 14}, std::pair{"P-", 14}})
    for (int number = 1; number <= most; ++number)
      EXPECT_TRUE(ids.contains(kind + std::to_string(number))) << kind << number;
}

TEST(Catalog, KeepsWhatNeedsThePlatformForOnceItStands) {
  const auto has = [](Moment by, const char* id) {
    return std::ranges::any_of(gates_of(profile::Platform::gen3, by),
                               [&](const Gate& one) { return one.id == std::string(id); });
  };
  EXPECT_FALSE(has(Moment::hand_over, "G-14"));
  EXPECT_TRUE(has(Moment::deployed, "G-14"));
  EXPECT_TRUE(has(Moment::deployed, "G-1"));
}

}  // namespace
}  // namespace provisioner::gates

// What a record of gates is good for.

#include "provisioner/platform/gates/proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/gates/gate.h"

namespace provisioner::gates {
namespace {

using std::chrono::hours;
using testing::HasSubstr;

const std::chrono::sys_seconds then =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 29) + hours(17);

struct Said {
  std::string passed = "true", whole = "true", waivers = "", gate = R"("passed", "blocks": false)";
  std::string others = all_others();

  // What every instance is tried for, all passed.
  static std::string all_others() {
    std::string text;
    for (const Gate& one : gates_of(profile::Platform::plain))
      if (std::string(one.id) != "C-4")
        text += R"({"id": ")" + std::string(one.id) + R"(", "result": "passed"}, )";
    return text;
  }

  std::string text() const {
    return R"({"instance": "qa", "finished": "2026-11-29T17:00:00.123Z", "lock": "abc", "passed": )" +
           passed + R"(, "whole": )" + whole + R"(, "waivers": [)" + waivers + R"(], "gates": [)" +
           others + R"({"id": "C-4", "result": )" + gate + "}]}";
  }
};

const ProofWanted wanted{.instance = "qa", .lock = "abc", .now = then + hours(1)};

std::string objected(const Said& said, const ProofWanted& against = wanted) {
  return objection_to(read_proof(value::read_json(said.text())), against).value_or("");
}

TEST(Proof, IsOneWhereGreenWholeFreshAndOfTheSameLock) {
  EXPECT_EQ(objected({}), "");
  EXPECT_EQ(objection_to(std::nullopt, wanted), "nobody has tried the gates of 'qa'");
}

TEST(Proof, NamesGatesThatDidNotPassOrDidNotRun) {
  EXPECT_EQ(objected({.passed = "false", .gate = R"("failed", "blocks": true)"}),
            "the gates of 'qa' did not pass: C-4 failed");
  EXPECT_EQ(objected({.passed = "false", .gate = R"("not run")"}),
            "the gates of 'qa' did not pass: C-4 not run");
}

TEST(Proof, IsNotMadeOfSomeGates) {
  EXPECT_EQ(objected({.whole = "false"}), "only some of the gates of 'qa' were run");
}

TEST(Proof, IsNotMadeOfARecordThatSaysNothingOfAGate) {
  EXPECT_EQ(objected({.others = ""}).substr(0, 44), "the gates of 'qa' were run without C-1, C-2,");
  ProofWanted of_gen3 = wanted;
  of_gen3.platform = profile::Platform::gen3;
  EXPECT_EQ(objected({}, of_gen3).substr(0, 43), "the gates of 'qa' were run without G-1, G-2");
}

TEST(Proof, IsAsGoodOfADeployedPlatformWhereItHasWhatCanBeTriedThen) {
  Said said;
  for (const Gate& one : gates_of(profile::Platform::gen3))
    if (*one.id == 'G')
      said.others += R"({"id": ")" + std::string(one.id) + R"(", "result": "passed"}, )";
  ProofWanted of_gen3 = wanted;
  of_gen3.platform = profile::Platform::gen3;
  EXPECT_EQ(objected(said, of_gen3), "");
  said.whole = R"(true, "deployed": true)";
  EXPECT_EQ(objected(said, of_gen3), "the gates of 'qa' were run without G-13, G-14");
  said.others += R"({"id": "G-13", "result": "passed"}, {"id": "G-14", "result": "passed"}, )";
  EXPECT_EQ(objected(said, of_gen3), "");
}

TEST(Proof, HoldsForAWhileForOneInstanceAndOneLock) {
  ProofWanted other = wanted;
  other.lock = "def";
  EXPECT_EQ(objected({}, other), "the lock of 'qa' is another one than its gates passed with");
  other.lock.reset();
  EXPECT_EQ(objected({}, other), "");
  other.now = then + hours(169);
  EXPECT_EQ(objected({}, other),
            "the gates of 'qa' passed 169 hours ago, longer than the 168 hours that this counts");
  other.now = then - hours(1);
  EXPECT_THAT(objected({}, other), HasSubstr("in the future"));
  other = {.instance = "prod", .lock = "abc", .now = then};
  EXPECT_EQ(objected({}, other), "the record is of 'qa', and not of 'prod'");
}

TEST(Proof, SpeaksOfTheClusterAsItWasThen) {
  ProofWanted other = wanted;
  other.changed = then;
  EXPECT_EQ(objected({}, other), "");
  other.changed = then + std::chrono::seconds(1);
  EXPECT_EQ(objected({}, other),
            "the gates of 'qa' passed before it was changed: they say nothing of what it is now");
}

TEST(Proof, EndsWithTheFirstWaiverThatEnds) {
  const Said said{
      .waivers = R"({"gate": "C-4", "name": "amara", "reason": "no store", "until": "2026-11-29"})",
      .gate = R"("not run", "blocks": false)"};
  EXPECT_EQ(objected(said), "");
  ProofWanted later = wanted;
  later.now = then + hours(7);
  EXPECT_EQ(objected(said, later), "the waiver of C-4 by amara ended on 2026-11-29");
}

TEST(Proof, IsReadStrictly) {
  for (const char* text :
       {"[]", "{}", R"({"passed": "yes", "finished": "2026-11-29T17:00:00Z", "gates": []})",
        R"({"passed": true, "finished": "yesterday", "gates": []})",
        R"({"passed": true, "finished": "2026-13-29T17:00:00Z", "gates": []})",
        R"({"passed": true, "finished": "2026-11-29T17:00:00Z"})"})
    EXPECT_THROW(read_proof(value::read_json(text)), base::Error) << text;
}

}  // namespace
}  // namespace provisioner::gates

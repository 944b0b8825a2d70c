// What instances are compared and proved by.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/instance/differences.h"
#include "provisioner/platform/instance/instance_lock.h"
#include "provisioner/platform/instance/waves.h"

namespace provisioner::instance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> told(const std::string& left, const std::string& right) {
  std::vector<std::string> lines;
  for (const Difference& one : differences(value::read_json(left), value::read_json(right)))
    lines.push_back(one.path + ": " + (one.left ? value::write_json(*one.left) : "-") + " " +
                    (one.right ? value::write_json(*one.right) : "-"));
  return lines;
}

TEST(Differences, GoByKey) {
  EXPECT_THAT(
      told(R"({"a": {"b": 1, "c": 2}, "same": [1]})", R"({"a": {"b": 3, "d": 4}, "same": [1]})"),
      ElementsAre("a.b: 1 3", "a.c: 2 -", "a.d: - 4"));
  EXPECT_THAT(told("{}", "{}"), ElementsAre());
}

TEST(Differences, GoByNameInListsOfNamedThings) {
  EXPECT_THAT(told(R"({"pools": [{"name": "x", "size": 1}, {"name": "y"}]})",
                   R"({"pools": [{"name": "y"}, {"name": "x", "size": 2}]})"),
              ElementsAre("pools.x.size: 1 2"));
  EXPECT_THAT(told(R"({"l": [1, 2]})", R"({"l": [2, 1]})"), ElementsAre("l: [1, 2] [2, 1]"));
  EXPECT_THAT(told(R"({"l": [{"name": "x"}]})", R"({"l": {"x": 1}})"),
              ElementsAre(R"(l: [{"name": "x"}] {"x": 1})"));
}

const LockOwner owner{.instance = "agdr_prod", .inventory = "gen3"};

InstanceLock some_lock() {
  return {.of = owner,
          .from = "agdr_qa",
          .gates = "2026-11-29T17:00:00Z",
          .kubernetes_version = "v1.34.4",
          .os_image = "site-12",
          .charts = {{"gen3", "0.3.90"}},
          .releases = {{"gen3", "2026.08"}},
          .images = {{"team/tool:1.2", std::string(64, 'a')}}};
}

TEST(InstanceLock, IsReadAsItWasWritten) {
  const std::string text = text_of(some_lock());
  EXPECT_EQ(text,
            "# Written by `provisioner instance promote`: what was proved elsewhere, and holds "
            "here.\n"
            "instance: agdr_prod\ninventory: gen3\nfrom: agdr_qa\ngates: "
            "'2026-11-29T17:00:00Z'\nkubernetes_version: v1.34.4\n"
            "os_image: site-12\ncharts:\n  gen3: 0.3.90\nreleases:\n  gen3: '2026.08'\nimages:\n  "
            "team/tool:1.2: " +
                std::string(64, 'a') + "\n");
  EXPECT_EQ(text_of(read_lock(base::register_source("a.lock", text), owner)), text);
}

TEST(InstanceLock, IsReadStrictly) {
  for (const char* text :
       {"from: x\nkubernets_version: v1\n", "gates: x\n", "from: x\nimages: []\n",
        "from: x\nimages: {a: 'no digest'}\n", "from: x\ncharts: {a: 1}\n", "garbage\n", "",
        "from: x\nkubernetes_version: [v1]\n"})
    EXPECT_THROW(read_lock(base::register_source("b.lock", text), owner), base::Error) << text;
}

std::string refusal_of(const std::string& text) {
  try {
    read_lock(base::register_source("c.lock", text), owner);
  } catch (const base::Error& error) {
    return error.render();
  }
  return "";
}

TEST(InstanceLock, IsNobodyElses) {
  EXPECT_EQ(refusal_of("from: x\n"), "");  // as it was written before it said whose it is
  EXPECT_EQ(refusal_of("instance: csoc\nfrom: x\n"),
            "c.lock:1:11: error: this lock is of the instance 'csoc', and not of 'agdr_prod'\n"
            "    1 | instance: csoc\n"
            "      |           ^\n"
            "hint: each has its own: provisioner instance promote FROM agdr_prod");
  EXPECT_EQ(
      refusal_of("instance: agdr_prod\ninventory: other\nfrom: x\n"),
      "c.lock:2:12: error: this lock is of the inventory 'other', and not of 'gen3'\n"
      "    2 | inventory: other\n"
      "      |            ^\n"
      "hint: two inventories in one folder cannot both have an instance 'agdr_prod': give one "
      "a folder of its own, or another name; was the inventory renamed, say so here");
}

TEST(InstanceLock, TellsWhatDepartsFromIt) {
  InstanceLock actual = some_lock();
  EXPECT_THAT(departures(some_lock(), actual), ElementsAre());
  actual.kubernetes_version = "v1.35.0";
  actual.charts.clear();
  actual.releases["gen3"] = "2026.10";
  actual.images["team/tool:1.2"] = std::string(64, 'b');
  actual.images["team/other:1"] = std::string(64, 'c');
  EXPECT_THAT(departures(some_lock(), actual),
              ElementsAre("kubernetes_version is v1.35.0, locked is v1.34.4",
                          "the chart 'gen3' is not said, locked is 0.3.90",
                          "the release 'gen3' is 2026.10, locked is 2026.08",
                          "the image 'team/tool:1.2' is " + std::string(64, 'b') + ", locked is " +
                              std::string(64, 'a')));
}

const std::vector<Staged> commons = {{"agdr_prod", "gen3", "prod", "agdr"},
                                     {"agdr_qa", "gen3", "qa", "agdr"},
                                     {"rak_qa", "gen3", "qa", "rakeiora"},
                                     {"rak_prod", "gen3", "prod", "rakeiora"}};

TEST(Waves, GoFromWhatIsTriedToWhatIsUsed) {
  const std::vector<Wave> all = waves(commons);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].stage, "qa");
  EXPECT_THAT(all[0].instances, ElementsAre("agdr_qa", "rak_qa"));
  EXPECT_THAT(all[1].instances, ElementsAre("agdr_prod", "rak_prod"));
}

TEST(Waves, KnowTheirStages) {
  base::Diagnostics found;
  const base::Pos pos;
  for (const char* stage : {"dev", "qa", "pre", "prod", ""}) check_stage(stage, pos, found);
  EXPECT_FALSE(found.has_errors());
  check_stage("qaa", pos, found);
  check_stage("staging", pos, found);
  ASSERT_EQ(found.errors().size(), 2U);
  EXPECT_EQ(found.errors()[0].render(), "error: there is no stage 'qaa'\nhint: did you mean 'qa'?");
  EXPECT_EQ(found.errors()[1].hint(), "there are dev, qa, pre, prod");
}

TEST(Waves, WaitForTheirOwnProject) {
  const std::map<std::string, std::string> objections = {{"rak_qa", "not green"}};
  EXPECT_EQ(reason_to_wait(commons[0], commons, objections), std::nullopt);
  EXPECT_EQ(reason_to_wait(commons[3], commons, objections), (Waiting{"rak_qa", "not green"}));
  EXPECT_EQ(reason_to_wait(commons[2], commons, objections), std::nullopt);
}

TEST(Waves, WaitForTheNearestStageOfTheirPlatformWhereThereIsNoProject) {
  const std::vector<Staged> sites = {{"a", "phalanx", "dev"},
                                     {"b", "phalanx", "pre"},
                                     {"c", "phalanx", "prod"},
                                     {"hub", "csoc", "prod"}};
  const std::map<std::string, std::string> objections = {{"a", "a is red"}};
  EXPECT_EQ(reason_to_wait(sites[2], sites, objections), std::nullopt);
  EXPECT_EQ(reason_to_wait(sites[1], sites, objections), (Waiting{"a", "a is red"}));
  EXPECT_EQ(reason_to_wait(sites[3], sites, objections), std::nullopt);
}

}  // namespace
}  // namespace provisioner::instance

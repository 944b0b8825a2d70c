// The life cycle of a machine, as a table.

#include "provisioner/machine/metal/life_cycle.h"

#include <gtest/gtest.h>

#include <set>

namespace provisioner::metal {
namespace {

TEST(LifeCycle, HasARuleForEachStageUnderItsOwnName) {
  std::set<std::string_view> names;
  for (const StageRule& rule : life_cycle()) {
    EXPECT_EQ(stage_of(rule.name), rule.stage);
    EXPECT_EQ(name_of(rule.stage), rule.name);
    names.insert(rule.name);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Stage::failed) + 1);
  EXPECT_FALSE(stage_of("lost"));
}

TEST(LifeCycle, LeadsFromEveryStageToService) {
  for (const StageRule& rule : life_cycle()) {
    std::set<Stage> reached{rule.stage};
    for (bool has_grown = true; has_grown;) {
      has_grown = false;
      for (const Stage stage : std::set<Stage>(reached))
        for (const Stage next : rule_of(stage).next) has_grown |= reached.insert(next).second;
    }
    EXPECT_TRUE(reached.contains(Stage::in_service)) << rule.name;
  }
}

TEST(LifeCycle, MayFailFromEverywhereButMaintenanceAndSkipsNoStage) {
  for (const StageRule& rule : life_cycle())
    EXPECT_EQ(may_follow(rule.stage, Stage::failed), rule.stage != Stage::maintenance);
  EXPECT_TRUE(may_follow(Stage::writing, Stage::armed));
  EXPECT_FALSE(may_follow(Stage::armed, Stage::installed));
  EXPECT_FALSE(may_follow(Stage::in_service, Stage::writing));
}

TEST(LifeCycle, SaysWhatToDoWhereItWaitsWithADeadline) {
  for (const StageRule& rule : life_cycle())
    if (rule.deadline.count() > 0) {
      EXPECT_GT(rule.tries, 0) << rule.name;
      EXPECT_FALSE(rule.next_step.empty()) << rule.name;
    }
}

TEST(LifeCycle, NamesTheNodeInTheNextStep) {
  EXPECT_EQ(next_step(Stage::armed, "n05"),
            "provisioner node log n05; is PXE the first boot device?");
  for (const StageRule& rule : life_cycle())
    EXPECT_EQ(next_step(rule.stage, "n05").find("NODE"), std::string::npos) << rule.name;
}

}  // namespace
}  // namespace provisioner::metal

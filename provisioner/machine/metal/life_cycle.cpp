// The life cycle of a machine, as a table.

#include "provisioner/machine/metal/life_cycle.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::metal {

using std::chrono::minutes;
using std::chrono::seconds;

const std::vector<StageRule>& life_cycle() {
  using enum Stage;
  static const std::vector<StageRule> rules = {
      {enrolled, "enrolled", {discovered, armed, maintenance}, seconds(0), 0,
       "a first look at its hardware", "provisioner discover NODE"},
      {discovered, "discovered", {verified, armed, maintenance}, seconds(0), 0,
       "its hardware to be held against the spec", "provisioner discover NODE --check"},
      {verified, "verified", {discovered, armed, maintenance}, seconds(0), 0, "an image",
       "provisioner reimage NODE"},
      {armed, "armed", {booting, maintenance}, minutes(5), 3,
       "its first request from the network",
       "provisioner node log NODE; is PXE the first boot device?"},
      {booting, "booting", {armed, writing, discovered, maintenance}, minutes(5), 3,
       "the RAM disk to report", "provisioner console NODE"},
      {writing, "writing", {armed, booting, installed, maintenance}, minutes(5), 3,
       "the image to be on its disk", "provisioner node log NODE"},
      {installed, "installed", {configuring, in_service, armed, maintenance}, minutes(10), 1,
       "the first log-in to the new system",
       "provisioner console NODE; does it boot from its disk?"},
      {configuring, "configuring", {in_service, armed, maintenance}, seconds(0), 0,
       "the playbook to end", "provisioner runs list"},
      {in_service, "in service", {discovered, armed, configuring, maintenance}, seconds(0), 0,
       "nothing", ""},
      {maintenance, "maintenance", {enrolled, in_service}, seconds(0), 0,
       "whoever works on it to give it back", "provisioner node state NODE"},
      {failed, "failed", {enrolled, discovered, armed, configuring, maintenance}, seconds(0), 0,
       "a person", "provisioner node log NODE"},
  };
  return rules;
}

const StageRule& rule_of(Stage stage) {
  for (const StageRule& rule : life_cycle())
    if (rule.stage == stage) return rule;
  throw base::Error(base::Kind::bug, "a stage without a rule");
}

std::string_view name_of(Stage stage) { return rule_of(stage).name; }

std::optional<Stage> stage_of(std::string_view name) {
  for (const StageRule& rule : life_cycle())
    if (rule.name == name) return rule.stage;
  return std::nullopt;
}

std::string next_step(Stage stage, const std::string& node) {
  return base::replace_all(std::string(rule_of(stage).next_step), "NODE", node);
}

bool may_follow(Stage from, Stage to) {
  if (from == to) return true;
  if (to == Stage::failed) return from != Stage::maintenance;
  const std::vector<Stage>& next = rule_of(from).next;
  return std::find(next.begin(), next.end(), to) != next.end();
}

}  // namespace provisioner::metal

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::metal {

// Where a machine is on its way from a delivery note to service.
enum class Stage : std::uint8_t {
  enrolled,
  discovered,
  verified,
  armed,
  booting,
  writing,
  installed,
  configuring,
  in_service,
  maintenance,
  failed,
};

// One row of the life cycle.
struct StageRule {
  Stage stage;
  std::string_view name;              // "in service"
  std::vector<Stage> next;            // where it may go from here, `failed` apart
  std::chrono::seconds deadline{0};   // for the next thing to be seen; 0: it may stay for ever
  int tries = 0;                      // power cycles before it has failed
  std::string_view waits_for;         // "the RAM disk to write the image"
  std::string_view next_step;         // what the operator does where it takes too long
};

const std::vector<StageRule>& life_cycle();
const StageRule& rule_of(Stage stage);
std::string_view name_of(Stage stage);
std::optional<Stage> stage_of(std::string_view name);
std::string next_step(Stage stage, const std::string& node);  // of the table, for this node
// A node may fail everywhere but in maintenance, and stay where it is. Out of maintenance only a
// person brings it.
bool may_follow(Stage from, Stage to);

}  // namespace provisioner::metal

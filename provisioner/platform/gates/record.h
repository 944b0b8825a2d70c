#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/gates/gate.h"
#include "provisioner/platform/gates/waivers.h"

namespace provisioner::gates {

// How one gate came out.
struct Outcome {
  std::string id, name;
  Verdict verdict;
  std::vector<std::string> ran_on = {};
  double seconds = 0;
  std::optional<Waiver> waiver = {};   // one that holds
  std::optional<Waiver> expired = {};  // one that held once

  bool blocks() const { return verdict.result != Result::passed && !waiver; }
};

// What a waiver makes of an outcome on `today` ("2026-11-29"); what passed needs none.
void waive(Outcome& outcome, const std::vector<Waiver>& waivers, const std::string& today);

// One run of gates.
struct Record {
  std::string instance;
  std::string finished = {};  // RFC 3339, "2026-11-29T17:00:00Z"
  std::string lock = {};      // of the instance that was tried; "" where it has none
  bool is_whole = true;       // all gates of its platform, and not some that were named
  Moment moment = Moment::hand_over;
  std::vector<Outcome> outcomes = {};

  bool is_passed() const;  // nothing blocks, and something was tried
};

// {"instance", "finished", "passed", "whole", "deployed", "lock", "waivers": [{"gate", "name",
// "reason", "until"}], "gates": [{"id", "name", "result", "blocks", "ran_on", "text", "details",
// "hint", "seconds"}]}
value::Value as_value(const Record& record);

// The same as JUnit's XML: a failure where one blocks, skipped where it did not run and is waived.
std::string as_junit(const Record& record);

}  // namespace provisioner::gates

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"

namespace provisioner::instance {

// How an instance's gates came out last: STATE/clusters/NAME/gates.json, as far as promotion asks.
struct GatesRecord {
  std::string instance;
  std::chrono::sys_seconds finished = {};
  bool has_passed = false;
  bool is_whole = true;                  // all gates, and not some that were named
  std::string lock = {};                 // SHA-256 of what the instance was held to; "" is none
  std::vector<std::string> failed = {};  // gates that did not pass, by their identities
};

// From what gates::as_value makes: {"instance": .., "finished": RFC 3339, "passed": bool, "whole":
// bool, "lock": .., "gates": [{"id": .., "result": "passed", "blocks": bool}, ...]}. Throws
// Error(input) for what is no such record.
GatesRecord read_gates_record(const value::Value& record);

// What a record is held against.
struct ProofWanted {
  std::string instance;
  std::string lock;  // SHA-256 of the instance's lock as it is now; "" where it has none
  std::chrono::sys_seconds now = {};
  std::chrono::hours longest_age{7 * 24};
};

// Why this is no proof that the instance is fit to be followed: nothing known, not green, too old,
// of another lock or from the future. nullopt: it is one.
std::optional<std::string> objection_to(const std::optional<GatesRecord>& record,
                                        const ProofWanted& wanted);

}  // namespace provisioner::instance

#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::gates {

// Who answers for a gate that does not pass, why, and until when: for one that does not run, and
// for one that fails only where that is said, since what was found later is no part of a promise.
struct Waiver {
  std::string gate;  // its identity
  std::string name, reason;
  std::string until;  // "2026-12-31": the last day that it holds
  bool covers_failure = false;
  base::Pos pos = {};
};

// The inventory's `gate_waivers`: a list of {gate, name, reason, until}, and "covers" with
// "failed". All four are needed; gates are named by identity or name, each once. nullptr: there are
// none.
std::vector<Waiver> read_waivers(const value::Value* said, base::Diagnostics& diagnostics);

// The waiver of a gate, whether or not it still holds; nullptr where there is none.
const Waiver* waiver_of(const std::vector<Waiver>& waivers, const std::string& gate);

}  // namespace provisioner::gates

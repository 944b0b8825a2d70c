#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/gates/moment.h"
#include "provisioner/platform/profile/profile.h"

namespace provisioner::gates {

// How an instance's gates came out last, as `gates run` has kept it (record.h).
struct Proof {
  value::Value said = {};  // all of it
  std::string instance;
  std::chrono::sys_seconds finished = {};
  bool has_passed = false;
  bool is_whole = false;                   // all gates of its platform, and not some of them
  Moment moment = Moment::hand_over;       // when it was tried
  std::string lock = {};                   // SHA-256 of what the instance was held to; "" is none
  std::vector<std::string> tried = {};     // all that are in it, by their identities
  std::vector<std::string> blocking = {};  // "C-4 failed"
};

// Throws Error(input) for what is no such record.
Proof read_proof(const value::Value& record);

// What a record is held against.
struct ProofWanted {
  std::string instance;
  std::optional<std::string> lock = {};  // SHA-256 of the instance's lock as it is now; "" where it
                                         // has none; nullopt: whatever it was held to
  std::optional<profile::Platform> platform = {};  // whose gates it must have; nullopt: any
  // When the cluster became what it is: gates from before speak of another one; nullopt: not known.
  std::optional<std::chrono::sys_seconds> changed = {};
  std::chrono::sys_seconds now = {};
  std::chrono::hours longest_age{7 * 24};
};

// Why this is no proof that the instance is fit to be followed, or handed over: nothing known, not
// green, not whole, too old, of what the cluster was before, with a waiver that has ended, of
// another lock or from the future. One of a deployed platform is as good as one from before, where
// it has what can be tried then.
// nullopt: it is one.
std::optional<std::string> objection_to(const std::optional<Proof>& proof,
                                        const ProofWanted& wanted);

}  // namespace provisioner::gates

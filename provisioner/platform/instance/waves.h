#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"

namespace provisioner::instance {

// An instance as the order of several asks: what is tried goes before what people work with.
struct Staged {
  std::string name, platform, stage;  // one of stage_names(); "", where none is said, goes last
  std::string project = {};  // instances of one project prove each other; "" is the platform
};

// "dev", "qa", "pre", "prod": in this order what is tried becomes what people work with.
const std::vector<std::string>& stage_names();
// Another has no place in that order: a mistake, with the nearest one. "" is none.
void check_stage(const std::string& stage, const base::Pos& pos, base::Diagnostics& diagnostics);

// Those that may be worked on at the same time, and why they wait: "" for the first.
struct Wave {
  std::string stage;
  std::vector<std::string> instances;
};

// In waves by stage, dev first and prod last; within a wave in the order given.
std::vector<Wave> waves(const std::vector<Staged>& instances);

// What an instance waits for.
struct Waiting {
  std::string for_whom, because;  // the instance that is not proved, and why it is not
  friend bool operator==(const Waiting&, const Waiting&) = default;
};

// Why an instance must still wait: each one of the same project (or of the same platform, where
// none is named) in the stage before it that is among these must be proved first. `objections` says
// of each instance what stands against its proof (gates/proof.h); those that are missing have
// none. nullopt: it may go.
std::optional<Waiting> reason_to_wait(const Staged& one, const std::vector<Staged>& all,
                                      const std::map<std::string, std::string>& objections);

}  // namespace provisioner::instance

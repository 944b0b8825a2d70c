#pragma once

#include <optional>
#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/platform/instance/gates_record.h"

namespace provisioner::handoff {

// What `gates run` has kept of an instance (gates/record.h), as it was said.
struct GatesRecord {
  value::Value said = {};  // none: there is no record

  bool is_there() const { return said.is_dict(); }
  std::string finished() const { return value::text_or(said, "finished", ""); }
};

// Throws Error(input) for what is no such record.
GatesRecord read_gates_record(const std::string& text, const std::string& path);

// Why nothing may be handed over on the ground of this record; nullopt: it may. As for whoever
// follows a proof (instance/gates_record.h), and no waiver in it may have ended before `today`
// ("2026-11-29").
std::optional<std::string> objection(const GatesRecord& record, const instance::ProofWanted& wanted,
                                     const std::string& today);

}  // namespace provisioner::handoff

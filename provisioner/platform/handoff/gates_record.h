#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::handoff {

// What `gates run` has kept of an instance: {"instance", "finished", "passed", "whole", "waivers":
// [{"gate", "name", "reason", "until"}], "gates": [{"id", "name", "result", "blocks", "text"}]}.
struct GatesRecord {
  value::Value said = {};  // none: there is no record

  bool is_there() const { return said.is_dict(); }
  std::string finished() const { return value::text_or(said, "finished", ""); }
};

// Throws Error(input) for what is no such record.
GatesRecord read_gates_record(const std::string& text, const std::string& path);

// Why nothing may be handed over on the ground of this record today; nullopt: it may. A record is
// good for `longest` after its run, and as long as each waiver in it.
std::optional<std::string> objection(const GatesRecord& record, const std::string& instance,
                                     std::chrono::system_clock::time_point now,
                                     std::chrono::days longest);

}  // namespace provisioner::handoff

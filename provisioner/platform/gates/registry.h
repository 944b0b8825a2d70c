#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/platform/gates/trial.h"

namespace provisioner::gates {

// What a registry has made of a small image that came the way of CI's. A refusal is the
// registry's own words; nullopt: it did what was asked.
struct RegistryAnswers {
  using Refusal = std::optional<std::string>;

  Refusal pushed;    // by a robot, to incoming/
  Refusal beside;    // by the same robot, to vetted/ where it pushes; has to be refused
  Refusal to_own;    // and to vetted/ where nodes pull from; has to be refused
  Refusal promoted;  // looked into, signed, copied to vetted/ by its digest
  Refusal read;      // there, as nodes read it
  bool is_signed = false;
};

// C-10, beside what nodes have tried: `place` is the registry's name.
std::vector<Line> lines_of(const RegistryAnswers& answers, const std::string& place);

// Nodes of whom the registry's log has a request, by what registry_log.sh prints on each: "address
// ADDRESS" of its own, "client ADDRESS" of the log.
std::vector<std::string> nodes_in_log(const std::map<std::string, std::string>& said);

}  // namespace provisioner::gates

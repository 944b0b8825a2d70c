// Whether the gates of an instance stand open.

#include "provisioner/platform/handoff/gates_record.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/object.h"

namespace provisioner::handoff {

using value::Value;

GatesRecord read_gates_record(const std::string& text, const std::string& path) {
  GatesRecord record{value::read_json(text, path)};
  base::while_doing("reading '" + path + "'", {},
                    [&] { return instance::read_gates_record(record.said); });
  return record;
}

std::optional<std::string> objection(const GatesRecord& record, const instance::ProofWanted& wanted,
                                     const std::string& today) {
  std::optional<instance::GatesRecord> read;
  if (record.is_there()) read = instance::read_gates_record(record.said);
  if (auto found = instance::objection_to(read, wanted)) return found;
  for (const Value& waiver : items_of(record.said.find("waivers")))
    if (text_of(waiver, "until") < today)
      return "the waiver of " + text_of(waiver, "gate") + " by " + text_of(waiver, "name") +
             " ended on " + text_of(waiver, "until");
  return std::nullopt;
}

}  // namespace provisioner::handoff

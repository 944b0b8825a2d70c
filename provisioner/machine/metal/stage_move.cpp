// Steps in a node's life, held against the table.

#include "provisioner/machine/metal/stage_move.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;

// A state that this version does not know is left for a person to judge.
bool is_allowed(const std::string& from, Stage to) {
  if (from.empty()) return to == Stage::enrolled || may_follow(Stage::enrolled, to);
  const auto stage = stage_of(from);
  return stage ? may_follow(*stage, to) : to == Stage::maintenance;
}

std::string next_of(const std::string& from) {
  std::vector<std::string> names;
  if (const auto stage = stage_of(from))
    for (const Stage next : rule_of(*stage).next) names.emplace_back(name_of(next));
  return base::join(names, ", ");
}

}  // namespace

void move_node(store::NodeRecords& records, const std::string& node, Stage to,
               const std::string& detail, const std::string& changed_by) {
  const auto stayed = records.move_state(
      {node, std::string(name_of(to)), detail, changed_by, {}},
      [&](const std::string& from) { return is_allowed(from, to); });
  if (!stayed) return;
  const std::string from = stayed->empty() ? std::string(name_of(Stage::enrolled)) : *stayed;
  records.add_line({node, {}, "job",
                    "refused to " + changed_by + ": from '" + from + "' to '" +
                        std::string(name_of(to)) + "' is no step"});
  Error error(Kind::refused, node + " is '" + from + "' and cannot become '" +
                                 std::string(name_of(to)) + "'");
  error.set_hint(from == name_of(Stage::maintenance)
                     ? "whoever works on it gives it back: provisioner node state " + node +
                           " \"in service\" --because ..."
                     : "from there it can become " + next_of(from));
  throw error;
}

bool put_back(store::NodeRecords& records, const store::NodeState& before) {
  return !records.move_state(before,
                             [](const std::string& from) { return from == name_of(Stage::armed); });
}

store::WallTime last_sign(const store::NodeRecords& records, const store::NodeState& state) {
  store::WallTime last = state.heard;
  // A kernel may complain on its console for ever.
  records.each_line(state.node, state.since, [&](const store::NodeLine& line) {
    if (line.source != "console") last = std::max(last, line.time);
  });
  return last;
}

}  // namespace provisioner::metal

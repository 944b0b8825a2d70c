// Outcomes as values.

#include <array>

#include "provisioner/base/base/error.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::wire {

using value::Dict;
using value::List;
using value::Value;

namespace {

constexpr std::array<std::string_view, 5> endings = {"ok", "changed", "failed", "skipped",
                                                     "unknown"};

}  // namespace

Value to_value(const Outcome& outcome) {
  Dict dict{{"ending", endings.at(static_cast<std::size_t>(outcome.ending))},
            {"result", outcome.result}};
  if (outcome.differences.empty()) return Value(std::move(dict));
  List differences;
  for (const Difference& one : outcome.differences)
    differences.emplace_back(Dict{{"before_header", one.before_header},
                                  {"after_header", one.after_header},
                                  {"before", one.before},
                                  {"after", one.after},
                                  {"is_state", one.is_state}});
  dict.set("differences", std::move(differences));
  return Value(std::move(dict));
}

Outcome outcome_from(const Value& value) {
  const Value* result = value.find("result");
  const std::string ending = value::text_or(value, "ending", "");
  Outcome outcome;
  bool is_known = false;
  for (std::size_t number = 0; number < endings.size(); ++number) {
    if (endings[number] != ending) continue;
    outcome.ending = static_cast<Ending>(number);
    is_known = true;
  }
  if (!is_known || result == nullptr || !result->is_dict())
    throw base::Error(base::Kind::input,
                      "an agent's outcome does not have the shape that was agreed");
  outcome.result = result->dict();
  const Value* differences = value.find("differences");
  if (differences == nullptr || !differences->is_list()) return outcome;
  for (const Value& one : differences->list())
    outcome.differences.push_back(
        {value::text_or(one, "before_header", ""), value::text_or(one, "after_header", ""),
         value::text_or(one, "before", ""), value::text_or(one, "after", ""),
         value::boolean_or(one, "is_state", false)});
  return outcome;
}

}  // namespace provisioner::wire

// The shapes of results.

#include "provisioner/engine/action/results.h"

#include <algorithm>

namespace provisioner::action {
namespace {

using value::Dict;
using value::Value;

Result make(wire::Ending ending, Dict result) {
  Result made;
  made.outcome.ending = ending;
  made.outcome.result = std::move(result);
  return made;
}

}  // namespace

Result ok(Dict result) {
  result.set("changed", false);
  return make(wire::Ending::ok, std::move(result));
}

Result changed(Dict result) {
  result.set("changed", true);
  return make(wire::Ending::changed, std::move(result));
}

Result failed(std::string message, Dict result) {
  result.set("changed", false);
  result.set("failed", true);
  result.set("msg", std::move(message));
  return make(wire::Ending::failed, std::move(result));
}

Result skipped(Dict result) {
  if (!result.has("changed")) result.set("changed", false);
  result.set("skipped", true);
  return make(wire::Ending::skipped, std::move(result));
}

// Facts that a module found go to the host's facts.
Result from_reply(Reply reply) {
  Result result;
  result.outcome = std::move(reply.outcome);
  const Value* facts = result.outcome.result.find("ansible_facts");
  if (facts != nullptr && facts->is_dict() && result.outcome.ending != wire::Ending::failed)
    result.effects.facts = facts->dict();
  if (const Value* warnings = result.outcome.result.find("warnings");
      warnings != nullptr && warnings->is_list())
    for (const Value& warning : warnings->list())
      if (warning.is_string()) result.effects.warnings.push_back(warning.text());
  return result;
}

bool has_failed(const Reply& reply) { return reply.outcome.ending == wire::Ending::failed; }

Value invocation(const modules::Spec& spec, const Dict& arguments) {
  const std::vector<modules::Parameter> parameters = modules::parameters_of(spec);
  Dict shown;
  for (const auto& [name, argument] : arguments) {
    const auto parameter = std::find_if(
        parameters.begin(), parameters.end(),
        [&](const modules::Parameter& one) { return one.name == Dict::key_text(name); });
    const bool is_hidden =
        parameter != parameters.end() && parameter->secret && !argument.is_none();
    shown.set(name, is_hidden ? Value("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER") : argument);
  }
  return Value(Dict{{"module_args", Value(std::move(shown))}});
}

Dict given_arguments(const Dict& arguments) {
  Dict given;
  for (const auto& [name, argument] : arguments)
    if (!argument.is_none()) given.set(name, argument);
  return given;
}

}  // namespace provisioner::action

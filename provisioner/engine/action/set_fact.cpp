// set_fact: variables that outlive the task.

#include <algorithm>
#include <cctype>

#include "provisioner/base/base/text.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using value::Dict;
using value::Value;

bool is_variable_name(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

// The words of a key=value argument, and results of templates, that mean a boolean become one.
Value as_fact(const Value& value) {
  if (!value.is_string()) return value;
  const std::string word = base::lower_case(value.text());
  const bool is_true = word == "true" || word == "yes";
  if (!is_true && word != "false" && word != "no") return value;
  const Value made = Value(is_true).at(value.pos());
  return value.is_trusted() ? made : made.untrusted();
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  Dict facts;
  for (const auto& [key, value] : context.arguments) {
    const std::string name = Dict::key_text(key);
    if (name == "cacheable") continue;
    if (!is_variable_name(name))
      co_return failed("The variable name '" + name +
                       "' is not valid. Variables must start with a letter or underscore "
                       "character, and contain only "
                       "letters, numbers and underscores.");
    facts.set(name, as_fact(value));
  }
  if (facts.is_empty())
    co_return failed(
        "No key/value pairs provided, at least one is required for this action to succeed");
  Result result = ok({{"ansible_facts", Value(facts)}});
  result.effects.facts = std::move(facts);
  result.effects.facts_are_set = true;
  result.effects.facts_cacheable = arguments.boolean("cacheable");
  if (result.effects.facts_cacheable) result.outcome.result.set("_ansible_facts_cacheable", true);
  co_return result;
}

}  // namespace

extern const Action set_fact_action{.spec = {.name = "set_fact",
                                             .summary = "sets variables of a host",
                                             .kind = modules::ModuleKind::read,
                                             .parameters = {{.name = "cacheable",
                                                             .type = modules::Type::boolean,
                                                             .fallback = "no"}},
                                             .takes_any_name = true},
                                    .run = run,
                                    .is_controller_only = true};

}  // namespace provisioner::action

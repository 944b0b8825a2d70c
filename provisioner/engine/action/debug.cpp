// debug: shows a text or a variable.

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using value::Dict;
using value::Value;

constexpr const char* undefined = "VARIABLE IS NOT DEFINED!";

// The variable's value; or that it has none, with -v why.
Value shown(Context& context, const Value& variable) {
  if (variable.is_list() || variable.is_dict()) return variable;
  const std::string expression = Dict::key_text(variable);
  const Value wrapped = Value("{{" + expression + "}}").at(variable.pos());
  const std::optional<Value> resolved = context.templar.resolve_if_defined(wrapped, context.scope);
  if (resolved) return *resolved;
  if (context.verbosity == 0) return Value(undefined);
  try {
    return context.templar.resolve(wrapped, context.scope);
  } catch (const base::Error& error) {
    return Value(undefined + std::string(": ") + error.message() + ". " + error.message());
  }
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  Result result;
  if (arguments.has("msg") && arguments.has("var"))
    co_return failed("'msg' and 'var' are incompatible options");
  if (arguments.integer("verbosity") > context.verbosity)
    co_return skipped({{"skipped_reason", "Verbosity threshold not met."}});
  Dict dict;
  if (arguments.has("msg")) {
    dict.set("msg", arguments.raw("msg"));
  } else if (arguments.has("var")) {
    const Value& variable = arguments.raw("var");
    const bool is_container = variable.is_list() || variable.is_dict();
    dict.set(is_container ? std::string(variable.is_list() ? "<class 'list'>" : "<class 'dict'>")
                          : Dict::key_text(variable),
             shown(context, variable));
  } else {
    dict.set("msg", "Hello world!");
  }
  dict.set("_ansible_verbose_always", true);
  co_return ok(std::move(dict));
}

}  // namespace

extern const Action debug_action{
    .spec =
        {.name = "debug",
         .summary = "shows a text or a variable",
         .kind = modules::ModuleKind::read,
         .parameters = {{.name = "msg", .type = modules::Type::raw},
                        {.name = "var", .type = modules::Type::raw},
                        {.name = "verbosity", .type = modules::Type::integer, .fallback = "0"}}},
    .run = run,
    .is_controller_only = true};

}  // namespace provisioner::action

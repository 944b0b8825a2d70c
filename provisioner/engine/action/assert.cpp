// assert: conditions that have to hold.

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value message_or(const modules::Arguments& arguments, const char* name, const char* otherwise) {
  return arguments.has(name) ? arguments.raw(name) : Value(otherwise);
}

bool is_text_or_texts(const Value& value) {
  if (!value.is_list()) return value.is_string();
  for (const Value& one : value.list())
    if (!one.is_string()) return false;
  return true;
}

std::string said(const Value& condition) {
  return condition.is_string() ? condition.text() : Dict::key_text(condition);
}

// The first condition that does not hold, as a result; nullopt where all do.
std::optional<Result> first_failure(Context& context, const List& conditions,
                                    const Value& message) {
  for (const Value& condition : conditions) {
    bool holds = false;
    try {
      holds = context.templar.condition(condition, context.scope);
    } catch (const base::Error& error) {
      Result result = failed("The conditional check '" + said(condition) +
                             "' failed. The error was: " + error.message());
      return result;
    }
    if (holds) continue;
    Result result = failed("", {{"evaluated_to", false}, {"assertion", condition}});
    result.outcome.result.set("msg", message);
    return result;
  }
  return std::nullopt;
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const bool is_quiet = arguments.boolean("quiet");
  const Value fail_message = message_or(arguments, "fail_msg", "Assertion failed");
  const Value success_message = message_or(arguments, "success_msg", "All assertions passed");
  if (!is_text_or_texts(fail_message))
    co_return failed("Incorrect type for fail_msg or msg, expected a string or list");
  if (!is_text_or_texts(success_message))
    co_return failed("Incorrect type for success_msg, expected a string or list");
  const Value& that = arguments.raw("that");
  const List conditions = that.is_list() ? that.list() : List{that};
  std::optional<Result> failure = first_failure(context, conditions, fail_message);
  Result result = failure ? std::move(*failure) : ok({{"msg", success_message}});
  if (!is_quiet) result.outcome.result.set("_ansible_verbose_always", true);
  co_return result;
}

}  // namespace

extern const Action assert_action{
    .spec = {.name = "assert",
             .summary = "fails where a condition does not hold",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "that", .type = modules::Type::raw, .required = true},
                            {.name = "fail_msg", .type = modules::Type::raw, .aliases = {"msg"}},
                            {.name = "success_msg", .type = modules::Type::raw},
                            {.name = "quiet", .type = modules::Type::boolean, .fallback = "no"}}},
    .run = run,
    .is_controller_only = true};

}  // namespace provisioner::action

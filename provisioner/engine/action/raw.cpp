// raw: a command over plain SSH, without an agent.

#include "provisioner/base/base/text.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using value::Dict;
using value::List;
using value::Value;

Value lines(const std::string& text) {
  List all;
  for (const std::string_view line : base::lines_of(text)) all.emplace_back(line);
  return Value(std::move(all));
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  if (context.check) co_return skipped({});
  CallRaw call{arguments.text("_raw_params")};
  if (const std::string shell = arguments.text("executable"); !shell.empty())
    call.command = shell + " -c " + base::shell_quote(call.command);
  Reply reply = co_await std::move(call);
  Dict told = std::move(reply.outcome.result);
  const Value whole(told);
  told.set("stdout_lines", lines(value::text_or(whole, "stdout", "")));
  told.set("stderr_lines", lines(value::text_or(whole, "stderr", "")));
  if (value::integer_or(whole, "rc", 0) == 0) co_return changed(std::move(told));
  Result result = failed("non-zero return code", std::move(told));
  result.outcome.result.set("changed", true);
  co_return result;
}

}  // namespace

extern const Action raw_action{
    .spec = {.name = "raw",
             .summary = "runs a command over plain SSH",
             .kind = modules::ModuleKind::action,
             .parameters = {{.name = "_raw_params", .required = true}, {.name = "executable"}},
             .free_form = "_raw_params"},
    .run = run};

}  // namespace provisioner::action

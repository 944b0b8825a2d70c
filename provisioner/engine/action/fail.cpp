// fail: ends a host's way with a message.

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

Steps<Result> run(Context& context) {
  Result result = failed("Failed as requested from task");
  const modules::Arguments arguments(context.arguments);
  if (arguments.has("msg")) result.outcome.result.set("msg", arguments.raw("msg"));
  co_return result;
}

}  // namespace

extern const Action fail_action{
    .spec = {.name = "fail",
             .summary = "fails with a message",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "msg", .type = modules::Type::raw}}},
    .run = run,
    .is_controller_only = true};

}  // namespace provisioner::action

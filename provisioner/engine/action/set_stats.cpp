// set_stats: figures that the end of a run shows.

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"

namespace provisioner::action {
namespace {

using value::Dict;
using value::Value;

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const Value& data = arguments.raw("data");
  if (!data.is_dict()) co_return failed("The 'data' option needs to be a dictionary/hash");
  const bool is_per_host = arguments.boolean("per_host"),
             is_aggregate = arguments.boolean("aggregate");
  Result result =
      ok({{"ansible_stats",
           Dict{{"data", data}, {"per_host", is_per_host}, {"aggregate", is_aggregate}}}});
  result.effects.stats = data.dict();
  result.effects.stats_per_host = is_per_host;
  result.effects.stats_aggregate = is_aggregate;
  co_return result;
}

}  // namespace

extern const Action set_stats_action{
    .spec =
        {.name = "set_stats",
         .summary = "sets figures for the end of the run",
         .kind = modules::ModuleKind::read,
         .parameters = {{.name = "data", .type = modules::Type::dict, .required = true},
                        {.name = "per_host", .type = modules::Type::boolean, .fallback = "no"},
                        {.name = "aggregate", .type = modules::Type::boolean, .fallback = "yes"}}},
    .run = run,
    .is_controller_only = true};

}  // namespace provisioner::action

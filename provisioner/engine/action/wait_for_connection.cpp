// wait_for_connection: until the node can be talked to.

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/waiting.h"

namespace provisioner::action {
namespace {

using modules::Type;
using std::chrono::seconds;
using value::Dict;
using value::Value;

std::int64_t passed(const Context& context, os::Instant since) {
  return std::chrono::duration_cast<seconds>(context.clock->now() - since).count();
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const os::Instant begin = context.clock->now();
  if (context.check) co_return ok({{"elapsed", 0}});
  if (arguments.integer("delay") > 0) {
    Pause wait{seconds(arguments.integer("delay"))};
    Reply waited = co_await std::move(wait);
  }
  Expecting reset{ResetConnection{}};
  Reply done = co_await std::move(reset);
  CallModule ping{"stat", Dict{{"path", "/"}, {"get_checksum", false}}};
  const Patience patience{seconds(arguments.integer("timeout")),
                          seconds(std::max<std::int64_t>(1, arguments.integer("sleep")))};
  std::function<bool(const Reply&)> is_good = [](const Reply& one) { return !has_failed(one); };
  Steps<Reply> asking = ask_until(context, std::move(ping), patience, std::move(is_good));
  Reply reply = co_await std::move(asking);
  Dict told{{"elapsed", passed(context, begin)}};
  if (!reply.lost && !reply.is_unknown && !has_failed(reply)) co_return ok(std::move(told));
  const std::string why = reply.lost
                              ? reply.lost->message()
                              : value::text_or(Value(reply.outcome.result), "msg", "no answer");
  co_return failed("timed out waiting for ping module test: " + why, std::move(told));
}

}  // namespace

extern const Action wait_for_connection_action{
    .spec = {.name = "wait_for_connection",
             .summary = "waits until the node can be talked to",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "timeout", .type = Type::integer, .fallback = "600"},
                            {.name = "delay", .type = Type::integer, .fallback = "0"},
                            {.name = "sleep", .type = Type::integer, .fallback = "1"},
                            {.name = "connect_timeout", .type = Type::integer, .fallback = "5"}}},
    .run = run};

}  // namespace provisioner::action

// pause: waits, without anybody at a keyboard.

#include <fmt/chrono.h>

#include <cmath>
#include <ctime>

#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/steps.h"
#include "provisioner/node/modules/convert.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::Value;

std::string local_time(std::chrono::system_clock::time_point time) {
  const auto microseconds =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
  const auto seconds = static_cast<std::time_t>(microseconds / 1'000'000);
  struct tm parts = {};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}", parts, microseconds % 1'000'000);
}

double number_of(const Value& value) {
  if (value.is_integer()) return static_cast<double>(value.integer());
  return value.is_real() ? value.real() : 0;
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const bool is_minutes = arguments.has("minutes");
  const double amount = number_of(arguments.raw(is_minutes ? "minutes" : "seconds"));
  const auto started = context.clock->wall();
  const os::Instant begin = context.clock->now();
  Dict told{{"stdout", ""}, {"stderr", ""}, {"rc", 0}, {"start", Value(local_time(started))}};
  if (is_minutes || arguments.has("seconds")) {
    const double seconds = std::max(1.0, amount * (is_minutes ? 60 : 1));
    Pause wait{std::chrono::milliseconds(std::llround(seconds * 1000))};
    Reply reply = co_await std::move(wait);
    const double shown = is_minutes ? seconds / 60 : seconds;
    told.set("stdout", "Paused for " + value::python_text(Value(std::round(shown * 100) / 100)) +
                           (is_minutes ? " minutes" : " seconds"));
  } else {
    // Nobody answers a prompt here: it counts as answered with an empty line.
    told.set("stdout", "Paused for 0.0 minutes");
  }
  const auto passed =
      std::chrono::duration_cast<std::chrono::seconds>(context.clock->now() - begin);
  told.set("stop", local_time(context.clock->wall()));
  told.set("delta", static_cast<std::int64_t>(passed.count()));
  told.set("echo", arguments.boolean("echo"));
  told.set("user_input", "");
  co_return ok(std::move(told));
}

}  // namespace

extern const Action pause_action{
    .spec = {.name = "pause",
             .summary = "waits",
             .kind = modules::ModuleKind::read,
             .parameters = {{.name = "minutes", .type = Type::real},
                            {.name = "seconds", .type = Type::real},
                            {.name = "prompt"},
                            {.name = "echo", .type = Type::boolean, .fallback = "yes"}},
             .constraints = {.mutually_exclusive = {{"minutes", "seconds"}}}},
    .run = run,
    .is_controller_only = true,
    .is_once_per_batch = true};

}  // namespace provisioner::action

// reboot: restarts a node and waits until it is back with another boot id.

#include "provisioner/base/base/text.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/waiting.h"

namespace provisioner::action {
namespace {

using modules::Type;
using std::chrono::seconds;
using value::Dict;
using value::Value;

CallModule shell(const std::string& command, bool is_query) {
  CallModule call{"shell", Dict{{"_raw_params", Value(command)}}};
  call.even_in_check_mode = is_query;
  return call;
}

std::string output(const Reply& reply) {
  return std::string(base::trim(value::text_or(Value(reply.outcome.result), "stdout", "")));
}

std::string complaint(const Reply& reply) {
  if (reply.lost) return reply.lost->message();
  const Value whole(reply.outcome.result);
  return "rc: " + std::to_string(value::integer_or(whole, "rc", -1)) +
         ", stdout: " + value::text_or(whole, "stdout", "") +
         ", stderr: " + value::text_or(whole, "stderr", "");
}

// The first `shutdown` in the search paths; it minds a delay in whole minutes and warns who is
// logged in.
std::string shutdown_command(const modules::Arguments& arguments) {
  if (arguments.has("reboot_command")) return arguments.text("reboot_command");
  const std::int64_t minutes = arguments.integer("pre_reboot_delay") / 60;
  std::string paths;
  for (const std::string& path : arguments.texts("search_paths"))
    paths += " " + base::shell_quote(path + "/shutdown");
  return "for program in" + paths + "; do if [ -x \"$program\" ]; then exec \"$program\" -r " +
         (minutes > 0 ? "+" + std::to_string(minutes) : "now") + " " +
         base::shell_quote(arguments.text("msg")) +
         "; fi; done; echo 'there is no shutdown in the search paths' >&2; exit 127";
}

class Reboot {
 public:
  explicit Reboot(Context& context)
      : context_(context), arguments_(context.arguments), begin_(context.clock->now()) {}

  Dict told(bool is_rebooted) const {
    const auto passed = std::chrono::duration_cast<seconds>(context_.clock->now() - begin_);
    return Dict{{"rebooted", is_rebooted}, {"elapsed", static_cast<std::int64_t>(passed.count())}};
  }
  seconds left() const {
    const auto passed = std::chrono::duration_cast<seconds>(context_.clock->now() - begin_);
    return std::max(seconds(1), seconds(arguments_.integer("reboot_timeout")) - passed);
  }
  const modules::Arguments& arguments() const { return arguments_; }
  // The node goes down only now: what was waited for before is no part of its time.
  void begin_anew() { begin_ = context_.clock->now(); }

 private:
  Context& context_;
  modules::Arguments arguments_;
  os::Instant begin_;
};

Steps<Result> wait_until_back(Context& context, const Reboot& reboot, std::string before) {
  const std::string question = reboot.arguments().text("boot_time_command");
  if (reboot.arguments().integer("post_reboot_delay") > 0) {
    Pause wait{seconds(reboot.arguments().integer("post_reboot_delay"))};
    Reply waited = co_await std::move(wait);
  }
  Expecting reset{ResetConnection{}};
  Reply done = co_await std::move(reset);
  CallModule ask = shell(question, true);
  std::function<bool(const Reply&)> is_back = [before](const Reply& reply) {
    return !has_failed(reply) && !output(reply).empty() && output(reply) != before;
  };
  Patience patience{reboot.left(), seconds(12)};
  Steps<Reply> asking = ask_until(context, std::move(ask), patience, std::move(is_back));
  Reply back = co_await std::move(asking);
  if (back.lost || has_failed(back) || output(back) == before) {
    Result result = failed("Timed out waiting for last boot time check (timeout=" +
                               std::to_string(reboot.arguments().integer("reboot_timeout")) + ")",
                           reboot.told(true));
    if (back.lost) result.outcome.result.set("reason", back.lost->message());
    result.outcome.result.set("changed", true);
    co_return result;
  }
  CallModule test = shell(reboot.arguments().text("test_command"), true);
  std::function<bool(const Reply&)> is_good = [](const Reply& reply) { return !has_failed(reply); };
  patience.timeout = reboot.left();
  Steps<Reply> testing = ask_until(context, std::move(test), patience, std::move(is_good));
  Reply tested = co_await std::move(testing);
  if (!tested.lost && !has_failed(tested)) co_return changed(reboot.told(true));
  Result result = failed("Timed out waiting for post-reboot test command (timeout=" +
                             std::to_string(reboot.arguments().integer("reboot_timeout")) +
                             "): " + complaint(tested),
                         reboot.told(true));
  result.outcome.result.set("changed", true);
  co_return result;
}

// Others that hang on it may need a moment: one of them may be coming back just now.
Steps<Reply> ask_to_leave(const Reboot& reboot) {
  constexpr seconds pause{5};
  while (true) {
    AskToLeave question;
    Reply answer = co_await question;
    const bool is_lasting = value::boolean_or(Value(answer.outcome.result), "is_lasting", false);
    if (!has_failed(answer) || is_lasting || reboot.left() <= seconds(1)) co_return answer;
    Pause wait{pause};
    Reply passed = co_await std::move(wait);
  }
}

Steps<Result> run(Context& context) {
  Reboot reboot(context);
  if (context.check) co_return changed({{"elapsed", 0}, {"rebooted", true}});
  CallModule question = shell(reboot.arguments().text("boot_time_command"), true);
  Reply first = co_await std::move(question);
  const std::string before = output(first);
  if (has_failed(first) || before.empty())
    co_return failed("cannot tell the boot id before the reboot: " + complaint(first),
                     reboot.told(false));
  Steps<Reply> asking = ask_to_leave(reboot);
  Reply leave = co_await std::move(asking);
  if (has_failed(leave))
    co_return failed("it stays up: " + value::text_or(Value(leave.outcome.result), "msg", ""),
                     reboot.told(false));
  reboot.begin_anew();
  // The answer to this one may never come: the node is going down.
  Expecting down{shell(shutdown_command(reboot.arguments()), false)};
  Reply going = co_await std::move(down);
  if (!going.lost && !going.is_unknown && has_failed(going)) {
    TellReturn stays;
    Reply heard = co_await stays;
    co_return failed("Reboot command failed. Error was: '" + complaint(going) + "'",
                     reboot.told(false));
  }
  const std::int64_t minutes = reboot.arguments().integer("pre_reboot_delay") / 60;
  if (minutes > 0 && !reboot.arguments().has("reboot_command")) {
    Pause wait{std::chrono::minutes(minutes)};
    Reply waited = co_await std::move(wait);
  }
  Steps<Result> waiting = wait_until_back(context, reboot, before);
  Result result = co_await std::move(waiting);
  if (result.outcome.ending != wire::Ending::failed) {
    TellReturn over;
    Reply heard = co_await over;
  }
  co_return result;
}

}  // namespace

extern const Action reboot_action{
    .spec = {.name = "reboot",
             .summary = "restarts the node and waits until it is back",
             .kind = modules::ModuleKind::action,
             .parameters =
                 {{.name = "pre_reboot_delay",
                   .type = Type::integer,
                   .fallback = "0",
                   .aliases = {"pre_reboot_delay_sec"}},
                  {.name = "post_reboot_delay",
                   .type = Type::integer,
                   .fallback = "0",
                   .aliases = {"post_reboot_delay_sec"}},
                  {.name = "reboot_timeout",
                   .type = Type::integer,
                   .fallback = "600",
                   .aliases = {"reboot_timeout_sec"}},
                  {.name = "connect_timeout",
                   .type = Type::integer,
                   .aliases = {"connect_timeout_sec"}},
                  {.name = "test_command", .fallback = "whoami"},
                  {.name = "msg", .fallback = "Reboot initiated by Ansible"},
                  {.name = "search_paths",
                   .type = Type::list_of_text,
                   .fallback = R"(["/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/sbin"])"},
                  {.name = "boot_time_command", .fallback = "cat /proc/sys/kernel/random/boot_id"},
                  {.name = "reboot_command"}}},
    .run = run};

}  // namespace provisioner::action

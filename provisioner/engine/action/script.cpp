// script: a file of the controller, run on the node.

#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/engine/action/results.h"
#include "provisioner/engine/action/send_file.h"

namespace provisioner::action {
namespace {

using modules::Type;
using value::Dict;
using value::List;
using value::Value;

Value lines(const std::string& text) {
  List all;
  for (const std::string_view line : base::lines_of(text)) all.emplace_back(line);
  return Value(std::move(all));
}

CallModule look_at(const std::string& path) {
  CallModule call{"stat", Dict{{"path", Value(path)}, {"get_checksum", false}}};
  call.even_in_check_mode = true;
  return call;
}

// Why there is nothing to do, by `creates` and `removes`; "" where there is.
Steps<std::string> reason_to_skip(Context& context) {
  const modules::Arguments arguments(context.arguments);
  for (const bool is_creates : std::array{true, false}) {
    const std::string option = is_creates ? "creates" : "removes";
    if (!arguments.has(option)) continue;
    CallModule call = look_at(arguments.text(option));
    Reply reply = co_await std::move(call);
    const Value* stat = reply.outcome.result.find("stat");
    const bool is_there = stat != nullptr && value::boolean_or(*stat, "exists", false);
    if (is_there && is_creates)
      co_return arguments.text(option) + " exists, matching creates option";
    if (!is_there && !is_creates)
      co_return arguments.text(option) + " does not exist, matching removes option";
  }
  co_return std::string();
}

CallModule remove(const std::string& path) {
  return CallModule{"file", Dict{{"path", Value(path)}, {"state", "absent"}}};
}

// The script under a name of its own, run through the shell as Ansible does, and removed whatever
// came of it.
Steps<Result> send_and_run(Context& context, SourceFile source, std::string name,
                           std::string rest) {
  const modules::Arguments arguments(context.arguments);
  const std::string path = "/tmp/.provisioner-script-" + crypto::random_token();
  Dict target;
  target.set("dest", path);
  target.set("mode", "0700");
  Steps<Reply> sending = send_file(context, std::move(source), std::move(target), name);
  Reply sent = co_await std::move(sending);
  if (has_failed(sent)) co_return from_reply(std::move(sent));
  std::string command = base::shell_quote(path) + rest;
  if (arguments.has("executable")) command = arguments.text("executable") + " " + command;
  CallModule call{"shell", Dict{{"_raw_params", Value(command)}, {"strip_empty_ends", false}}};
  if (arguments.has("chdir")) call.arguments.set("chdir", arguments.text("chdir"));
  Reply ran = co_await std::move(call);
  CallModule removal = remove(path);
  Reply removed = co_await std::move(removal);
  const Value whole(ran.outcome.result);
  Dict told{{"rc", value::integer_or(whole, "rc", 1)},
            {"stdout", value::text_or(whole, "stdout", "")},
            {"stderr", value::text_or(whole, "stderr", "")}};
  told.set("stdout_lines", lines(told.find("stdout")->text()));
  told.set("stderr_lines", lines(told.find("stderr")->text()));
  if (!has_failed(ran)) co_return changed(std::move(told));
  Result result = failed(value::text_or(whole, "msg", "non-zero return code"), std::move(told));
  result.outcome.result.set("changed", true);
  co_return result;
}

Steps<Result> run(Context& context) {
  const modules::Arguments arguments(context.arguments);
  const std::string text =
      arguments.has("cmd") ? arguments.text("cmd") : arguments.text("_raw_params");
  Steps<std::string> looking = reason_to_skip(context);
  const std::string reason = co_await std::move(looking);
  if (!reason.empty()) co_return skipped({{"msg", Value(reason)}});
  const std::vector<std::string> words = base::shell_split(text);
  if (words.empty()) co_return failed("no script was given");
  const std::string path = find_source(context, words.front(), "files");
  SourceFile source = read_source(context, path, arguments.boolean("decrypt"));
  if (context.check) {
    const bool has_guard = arguments.has("creates") || arguments.has("removes");
    co_return has_guard ? changed({}) : skipped({});
  }
  // What follows the script's own word goes to the shell as it was written.
  const auto blank = text.find_first_of(" \t\n", text.find_first_not_of(" \t\n"));
  const bool is_plain =
      words.front().find_first_of(" \t\n") == std::string::npos && blank != text.npos;
  std::string rest;
  if (is_plain)
    rest = text.substr(blank);
  else
    for (std::size_t i = 1; i < words.size(); ++i) rest += " " + base::shell_quote(words[i]);
  Steps<Result> running =
      send_and_run(context, std::move(source), path.substr(path.rfind('/') + 1), rest);
  Result result = co_await std::move(running);
  co_return result;
}

}  // namespace

extern const Action script_action{
    .spec = {.name = "script",
             .summary = "runs a file of the controller on the node",
             .kind = modules::ModuleKind::action,
             .parameters = {{.name = "_raw_params"},
                            {.name = "cmd"},
                            {.name = "creates"},
                            {.name = "removes"},
                            {.name = "chdir"},
                            {.name = "executable"},
                            {.name = "decrypt", .type = Type::boolean, .fallback = "yes"}},
             .constraints = {.required_one_of = {{"_raw_params", "cmd"}}},
             .free_form = "_raw_params"},
    .run = run};

}  // namespace provisioner::action

// command and shell: run a user's own program. Kind action: what it does is not known before it
// ran, but `creates` and `removes` can say that it need not.
#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/node_glob.h"
#include "provisioner/node/modules/node_paths.h"

namespace provisioner::modules {
namespace {

using value::Value;

// What is to be run, and how a result shows it.
struct Request {
  std::vector<std::string> argv;
  Value shown;
  std::string failure;  // why there is nothing to run
};

std::string free_text(const Arguments& arguments) {
  return arguments.text(arguments.has("cmd") ? "cmd" : "_raw_params");
}

Value list_value(const std::vector<std::string>& words) {
  value::List list;
  for (const std::string& word : words) list.emplace_back(word);
  return list;
}

// A program's words with ~ and $NAME of the node filled in; the result shows them as they were
// written.
std::vector<std::string> expanded(const host::HostView& view, const Arguments& arguments,
                                  std::vector<std::string> words) {
  if (arguments.has("expand_argument_vars") && !arguments.boolean("expand_argument_vars"))
    return words;
  for (std::string& word : words) word = expand_path(word, view);
  return words;
}

Request command_request(const host::HostView& view, const Arguments& arguments) {
  const std::string text = free_text(arguments);
  std::vector<std::string> words = arguments.texts("argv");
  if (base::trim(text).empty() && words.empty()) return {{}, {}, "no command given"};
  if (!base::trim(text).empty() && !words.empty())
    return {{}, {}, "only command or argv can be given, not both"};
  if (words.empty()) words = base::shell_split(text);
  Value shown = list_value(words);
  return {expanded(view, arguments, std::move(words)), std::move(shown), {}};
}

Request shell_request(const host::HostView&, const Arguments& arguments) {
  const std::string text = free_text(arguments);
  if (base::trim(text).empty()) return {{}, {}, "no command given"};
  const std::string shell = arguments.has("executable") ? arguments.text("executable") : "/bin/sh";
  return {{shell, "-c", text}, text, {}};
}

// The keys every result has, before anything ran.
value::Dict empty_result(Value shown) {
  value::Dict result;
  result.set("cmd", std::move(shown));
  result.set("stdout", "");
  result.set("stderr", "");
  result.set("msg", "");
  result.set("rc", 0);
  for (std::string_view key : {"start", "end", "delta"}) result.set(key, Value());
  return result;
}

wire::Plan failed_with(value::Dict result, std::string message, Value rc) {
  wire::Plan plan = failed(std::move(message));
  for (const auto& [key, text] : plan.result) result.set(key, text);
  result.set("rc", std::move(rc));
  result.set("changed", false);
  plan.result = std::move(result);
  return plan;
}

// Why the working directory cannot be entered, in Python's words; empty where it can.
std::string directory_complaint(const host::HostView& view, const std::string& directory) {
  if (directory.empty()) return "";
  const auto status = view.status(directory, host::Follow::yes);
  int error = 0;
  if (!status)
    error = ENOENT;
  else if (status->type != host::FileType::directory)
    error = ENOTDIR;
  else if (!view.is_accessible(directory, 1))
    error = EACCES;
  if (error == 0) return "";
  return fmt::format("Unable to change directory before execution: [Errno {}] {}: b'{}'", error,
                     std::strerror(error), directory);
}

bool is_there(const host::HostView& view, const Arguments& arguments, const std::string& pattern) {
  return !node_glob(view, arguments.has("chdir") ? os::join_path(arguments.text("chdir"), pattern)
                                                 : pattern)
              .empty();
}

// Why `creates` or `removes` make the command needless; empty where they do not.
std::string needless(const host::HostView& view, const Arguments& arguments) {
  if (arguments.has("creates") && is_there(view, arguments, arguments.text("creates")))
    return arguments.text("creates") + " exists";
  if (arguments.has("removes") && !is_there(view, arguments, arguments.text("removes")))
    return arguments.text("removes") + " does not exist";
  return "";
}

std::string quoted_subject(const std::string& reason) {
  const std::size_t blank =
      reason.rfind(reason.ends_with("does not exist") ? " does not" : " exists");
  return "'" + reason.substr(0, blank) + "'" + reason.substr(blank);
}

using MakeRequest = Request (*)(const host::HostView&, const Arguments&);

wire::Plan check_with(MakeRequest make, const host::HostView& view, const Arguments& arguments) {
  const Request request = make(view, arguments);
  if (!request.failure.empty()) return failed_with(empty_result({}), request.failure, 256);
  value::Dict result = empty_result(request.shown);
  if (std::string wrong = directory_complaint(view, arguments.text("chdir")); !wrong.empty())
    return failed_with(std::move(result), std::move(wrong), {});
  if (const std::string reason = needless(view, arguments); !reason.empty()) {
    result.set("stdout", "skipped, since " + reason);
    result.set("msg", "Would not run command since " + quoted_subject(reason));
    return same(std::move(result));
  }
  wire::Plan plan;
  plan.verdict = wire::Verdict::will_run;
  const bool has_condition = arguments.has("creates") || arguments.has("removes");
  result.set("msg", "Command would have run if not in check mode");
  result.set("changed", has_condition);
  if (!has_condition) result.set("skipped", true);
  plan.result = std::move(result);
  return plan;
}

std::string moment_text(double moment) {
  const double whole = std::floor(moment);
  const auto time = static_cast<std::time_t>(whole);
  std::tm local{};
  localtime_r(&time, &local);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local);
  return fmt::format("{}.{:06d}", text, static_cast<int>((moment - whole) * 1e6));
}

std::string duration_text(double seconds) {
  const auto micros = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds) * 1e6));
  const std::int64_t whole = micros / 1'000'000;
  const std::int64_t days = whole / 86'400;
  const std::string prefix = days == 0 ? "" : fmt::format("{} day{}, ", days, days == 1 ? "" : "s");
  return fmt::format("{}{}:{:02d}:{:02d}.{:06d}", prefix, whole % 86'400 / 3600, whole % 3600 / 60,
                     whole % 60, micros % 1'000'000);
}

std::string stripped(const Arguments& arguments, std::string text) {
  if (arguments.boolean("strip_empty_ends")) text.erase(text.find_last_not_of("\r\n") + 1);
  return text;
}

std::string shell_words(const std::vector<std::string>& argv) {
  std::vector<std::string> words;
  for (const std::string& word : argv) words.push_back(base::shell_quote(word));
  return base::join(words, " ");
}

wire::Outcome could_not_start(const Request& request, int error) {
  wire::Outcome outcome;
  outcome.ending = wire::Ending::failed;
  outcome.result = {
      {"cmd", shell_words(request.argv)}, {"rc", error}, {"stdout", ""}, {"stderr", ""}};
  outcome.result.set(
      "msg", fmt::format("[Errno {}] {}: b'{}'", error, std::strerror(error), request.argv[0]));
  outcome.result.set("changed", false);
  return outcome;
}

host::Host::Command command_of(const Request& request, const Arguments& arguments) {
  host::Host::Command command;
  command.argv = request.argv;
  command.directory = arguments.text("chdir");
  command.input = arguments.text("stdin");
  const bool add_newline = arguments.has("stdin") && arguments.boolean("stdin_add_newline");
  if (add_newline) command.input += '\n';
  return command;
}

wire::Outcome apply_with(MakeRequest make, host::Host& host, const Arguments& arguments) {
  const Request request = make(host, arguments);
  const double start = host.now();
  const host::CommandResult answer = host.run(command_of(request, arguments));
  const double end = host.now();
  if (answer.error != 0) return could_not_start(request, answer.error);
  wire::Outcome outcome;
  outcome.result = empty_result(request.shown);
  const int rc = answer.signal != 0 ? -answer.signal : answer.status;
  outcome.result.set("rc", rc);
  outcome.result.set("stdout", stripped(arguments, answer.out));
  outcome.result.set("stderr", stripped(arguments, answer.err));
  outcome.result.set("start", moment_text(start));
  outcome.result.set("end", moment_text(end));
  outcome.result.set("delta", duration_text(end - start));
  outcome.result.set("changed", true);
  outcome.ending = rc == 0 ? wire::Ending::changed : wire::Ending::failed;
  if (rc != 0) outcome.result.set("msg", "non-zero return code");
  if (answer.is_cut)
    outcome.result.set("warnings", value::List{"the command said more than is kept of an output, "
                                               "the rest is gone; let it write to a file"});
  return outcome;
}

// Outside check mode the command "did" not run.
void finish(const host::HostView&, const Arguments&, value::Dict& result) {
  const std::string message = value::text_or(Value(result), "msg", "");
  constexpr std::string_view would = "Would not run";
  if (message.starts_with(would)) result.set("msg", "Did not run" + message.substr(would.size()));
}

wire::Plan check_command(const host::HostView& view, const Arguments& arguments) {
  return check_with(command_request, view, arguments);
}
wire::Plan check_shell(const host::HostView& view, const Arguments& arguments) {
  return check_with(shell_request, view, arguments);
}
wire::Outcome apply_command(host::Host& host, const Arguments& arguments, const wire::Plan&) {
  return apply_with(command_request, host, arguments);
}
wire::Outcome apply_shell(host::Host& host, const Arguments& arguments, const wire::Plan&) {
  return apply_with(shell_request, host, arguments);
}

std::vector<Parameter> parameters() {
  return {{.name = "cmd"},
          {.name = "argv", .type = Type::list_of_text},
          {.name = "chdir", .type = Type::path},
          {.name = "creates", .type = Type::path},
          {.name = "removes", .type = Type::path},
          {.name = "executable"},
          {.name = "stdin"},
          {.name = "stdin_add_newline", .type = Type::boolean, .fallback = "yes"},
          {.name = "strip_empty_ends", .type = Type::boolean, .fallback = "yes"},
          {.name = "expand_argument_vars", .type = Type::boolean, .fallback = "yes"}};
}

}  // namespace

extern const Module command_module{.spec = {.name = "command",
                                            .summary = "runs a program, without a shell",
                                            .kind = ModuleKind::action,
                                            .parameters = parameters(),
                                            .free_form = "_raw_params"},
                                   .check = check_command,
                                   .apply = apply_command,
                                   .finish = finish};

extern const Module shell_module{.spec = {.name = "shell",
                                          .summary = "runs a line of shell",
                                          .kind = ModuleKind::action,
                                          .parameters = parameters(),
                                          .free_form = "_raw_params"},
                                 .check = check_shell,
                                 .apply = apply_shell,
                                 .finish = finish};

}  // namespace provisioner::modules

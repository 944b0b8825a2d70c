// One call of a module on a node: bind, check, perform, complete the result.
#include <fmt/format.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/modules/node_paths.h"

namespace provisioner::modules {
namespace {

using value::Value;
using wire::Ending;
using wire::Outcome;
using wire::Plan;
using wire::Verdict;

value::Dict failure(std::string message) {
  value::Dict result;
  result.set("failed", true);
  result.set("msg", std::move(message));
  return result;
}

// A file module's failure names the file, so that its state is shown with it.
value::Dict failure(const base::Error& error, const Module& module, const Arguments& arguments) {
  value::Dict result = failure(error.message());
  if (!error.hint().empty()) result.set("details", error.hint());
  if (module.spec.common_file_options)
    if (std::string path = arguments.text(arguments.has("path") ? "path" : "dest"); !path.empty())
      result.set("path", path);
  return result;
}

bool is_true(const value::Dict& result, std::string_view key) {
  const Value* found = result.find(key);
  return found != nullptr && found->is_boolean() && found->boolean();
}

Ending ending_of(const value::Dict& result) {
  if (is_true(result, "failed")) return Ending::failed;
  if (is_true(result, "skipped")) return Ending::skipped;
  return is_true(result, "changed") ? Ending::changed : Ending::ok;
}

std::string file_state(const host::FileStatus& own, const std::optional<host::FileStatus>& target) {
  if (own.type == host::FileType::link) return "link";
  if (target && target->type == host::FileType::directory) return "directory";
  return own.links > 1 ? "hard" : "file";
}

// What AnsibleModule adds to every result that names a `path` or a `dest`.
void add_path_keys(const host::HostView& view, value::Dict& result) try {
  const Value* path = result.find("path") ? result.find("path") : result.find("dest");
  if (path == nullptr || !path->is_string()) return;
  const auto target = view.status(path->text(), host::Follow::yes);
  const auto own = view.status(path->text(), host::Follow::no);
  if (!target || !own) return;
  result.set("uid", static_cast<std::int64_t>(own->uid));
  result.set("gid", static_cast<std::int64_t>(own->gid));
  const auto account = view.account(own->uid);
  const auto group = view.group(own->gid);
  result.set("owner", account ? account->name : std::to_string(own->uid));
  result.set("group", group ? group->name : std::to_string(own->gid));
  result.set("mode", fmt::format("0{:03o}", own->mode));
  result.set("state", file_state(*own, target));
  result.set("size", static_cast<std::int64_t>(own->size));
} catch (const base::Error&) {
  // What cannot be looked at has no such keys; that is no failure of the module's.
}

// The lines of a text as Python's splitlines() has them.
value::List python_lines(std::string_view text) {
  value::List lines;
  constexpr std::string_view ends("\n\r\v\f\x1c\x1d\x1e");
  while (!text.empty()) {
    std::size_t end = text.find_first_of(ends), skip = 1;
    for (std::string_view wide : {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"})
      if (const std::size_t at = text.find(wide); at < end) end = at, skip = wide.size();
    if (end != text.npos && text.substr(end).starts_with("\r\n")) skip = 2;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + skip);
  }
  return lines;
}

// A program's output is also given line by line.
void add_lines(value::Dict& result) {
  for (const std::string key : {"stdout", "stderr"}) {
    const Value* text = result.find(key);
    if (text != nullptr && text->is_string() && !result.has(key + "_lines"))
      result.set(key + "_lines", python_lines(text->text()));
  }
}

// The end of every way through: `changed` is there, the file's keys, and how it ended.
Outcome completed(const host::HostView& view, value::Dict result,
                  std::vector<wire::Difference> differences) {
  if (!result.has("changed")) result.set("changed", false);
  add_path_keys(view, result);
  add_lines(result);
  Outcome outcome;
  outcome.ending = ending_of(result);
  outcome.result = std::move(result);
  outcome.differences = std::move(differences);
  return outcome;
}

// A plan of a check, as the result of a task in check mode.
value::Dict predicted(const Plan& plan) {
  value::Dict result = plan.result;
  const bool changes = plan.verdict == Verdict::differs || plan.verdict == Verdict::will_run;
  if (!result.has("changed")) result.set("changed", changes);
  if (plan.verdict == Verdict::skipped) result.set("skipped", true);
  if (plan.verdict == Verdict::failed) result.set("failed", true);
  return result;
}

// Performs the steps as they stand. A validator that says no is an answer, not an error: nothing
// was written.
value::Dict perform_steps(host::Host& host, const Plan& plan) {
  value::Dict result = predicted(plan);
  for (const wire::Step& step : plan.steps) {
    const host::CommandResult answer = host.perform(step);
    const auto* write = std::get_if<wire::WriteFile>(&step);
    if (write == nullptr) continue;
    if (answer.status != 0)
      return failure(fmt::format("failed to validate: rc:{} error:{}", answer.status, answer.err));
    // lineinfile alone always shows the key, and under another name.
    if (write->backup)
      result.set(result.has("backup") ? "backup" : "backup_file", host.backup_name(write->path));
  }
  return result;
}

Outcome apply_plan(const Module& module, host::Host& host, const Arguments& arguments,
                   const Plan& plan) {
  const bool has_work = plan.verdict == Verdict::differs || plan.verdict == Verdict::will_run;
  value::Dict result;
  std::vector<wire::Difference> differences = plan.differences;
  if (has_work && module.apply != nullptr) {
    Outcome outcome = module.apply(host, arguments, plan);
    if (!outcome.differences.empty()) differences = std::move(outcome.differences);
    result = std::move(outcome.result);
    if (outcome.ending == Ending::failed) result.set("failed", true);
    if (outcome.ending == Ending::skipped) result.set("skipped", true);
    if (!result.has("changed") && outcome.ending != Ending::failed)
      result.set("changed", outcome.ending == Ending::changed);
  } else if (has_work) {
    result = perform_steps(host, plan);
  } else {
    result = predicted(plan);
  }
  if (module.finish != nullptr && !is_true(result, "failed"))
    module.finish(host, arguments, result);
  return completed(host, std::move(result), std::move(differences));
}

Value state_of(const std::string& json) { return value::read_json(json, "<difference>"); }

Value one_diff(const wire::Difference& difference) {
  value::Dict diff;
  if (!difference.before_header.empty()) diff.set("before_header", difference.before_header);
  if (!difference.after_header.empty()) diff.set("after_header", difference.after_header);
  if (difference.is_state) {
    if (!difference.before.empty()) diff.set("before", state_of(difference.before));
    if (!difference.after.empty()) diff.set("after", state_of(difference.after));
  } else {
    diff.set("before", difference.before);
    diff.set("after", difference.after);
  }
  return diff;
}

// A module that answered with an empty list wants a list, also of one; without differences it wants
// none.
void set_diff(Outcome& outcome) {
  const Value* shape = outcome.result.find("diff");
  const bool wants_list = shape != nullptr && shape->is_list() && shape->list().empty();
  if (wants_list) outcome.result.erase("diff");
  if (outcome.differences.empty()) return;
  Value diff = diff_value(outcome.differences);
  outcome.result.set("diff", wants_list && !diff.is_list() ? Value(value::List{diff}) : diff);
}

const value::Dict& dict_of(const Value& arguments) {
  static const value::Dict empty;
  return arguments.is_dict() ? arguments.dict() : empty;
}

}  // namespace

Value diff_value(const std::vector<wire::Difference>& differences) {
  if (differences.empty()) return {};
  if (differences.size() == 1) return one_diff(differences.front());
  value::List diffs;
  for (const wire::Difference& difference : differences) diffs.push_back(one_diff(difference));
  return diffs;
}

Plan failed(std::string message) {
  Plan plan;
  plan.verdict = Verdict::failed;
  plan.result = failure(std::move(message));
  return plan;
}

Plan same(value::Dict result) {
  Plan plan;
  plan.result = std::move(result);
  return plan;
}

Plan check_module(const Module& module, const host::HostView& view, const Value& arguments) {
  BoundArguments bound = bind_at_run_time(module.spec, dict_of(arguments));
  if (!bound.failure.empty()) return failed(std::move(bound.failure));
  Arguments read(expand_paths(module.spec, std::move(bound.values), view));
  try {
    return module.check(view, read);
  } catch (const base::Error& error) {
    Plan plan;
    plan.verdict = Verdict::failed;
    plan.result = failure(error, module, read);
    return plan;
  }
}

Outcome run_module(const Module& module, host::Host& host, const Value& arguments, bool check_only,
                   Differences differences) {
  BoundArguments bound = bind_at_run_time(module.spec, dict_of(arguments));
  if (!bound.failure.empty()) return completed(host, failure(std::move(bound.failure)), {});
  Arguments read(std::move(bound.values));
  Outcome outcome;
  try {
    read = Arguments(expand_paths(module.spec, read.values(), host));
    const Plan plan = module.check(host, read);
    outcome = check_only ? completed(host, predicted(plan), plan.differences)
                         : apply_plan(module, host, read, plan);
  } catch (const base::Error& error) {
    outcome = completed(host, failure(error, module, read), {});
  }
  if (differences == Differences::left_out) outcome.differences.clear();
  set_diff(outcome);
  return outcome;
}

}  // namespace provisioner::modules

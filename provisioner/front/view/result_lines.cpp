// Results, line by line, in the words people know.

#include "provisioner/front/view/result_lines.h"

#include <fmt/format.h>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/result_text.h"

namespace provisioner::view {

using value::Value;

namespace {

std::string safe(const std::string& text) { return base::escape_for_terminal(text); }

// One result with all that its lines are made of.
struct Told {
  Told(const store::Event& event, const TaskShown& shown_task, const ViewOptions& shown_options)
      : data(event.data),
        status(value::text_or(event.data, "status", "")),
        host(safe(event.host)),
        task(shown_task),
        options(shown_options) {
    if (const Value* found = data.find("result")) result = *found;
  }

  const Value& data;
  std::string status, host;
  Value result;
  const TaskShown& task;
  const ViewOptions& options;
};

// "n01", "n01 -> n05" where the task was delegated, "n01 -> n05(10.0.0.5)" where n05 has an
// address of another name.
std::string label_of(const Told& told) {
  const std::string delegate = value::text_or(told.data, "delegate", "");
  if (delegate.empty() || safe(delegate) == told.host) return told.host;
  const std::string address = value::text_or(told.data, "delegate_address", "");
  const bool is_other = !address.empty() && address != delegate;
  return told.host + " -> " + safe(delegate) + (is_other ? "(" + safe(address) + ")" : "");
}

std::string behind(const Told& told) {
  return " => " + result_text(told.result, told.task.module, told.options.verbosity);
}

// What went well is told from -v on; some results are for people always (debug), some never
// (facts).
std::string behind_if_wanted(const Told& told) {
  if (value::boolean_or(told.result, "_ansible_verbose_override", false)) return {};
  if (told.task.module == "setup" || told.task.module == "gather_facts") return {};
  const bool is_wanted = told.options.verbosity > 0 ||
                         value::boolean_or(told.result, "_ansible_verbose_always", false);
  return is_wanted ? behind(told) : "";
}

void add_warnings(const Value& result, Lines& lines) {
  const Value* warnings = result.find("warnings");
  if (warnings != nullptr && warnings->is_list())
    for (const Value& warning : warnings->list())
      if (warning.is_string())
        lines.push_back({safe(warning.text()), Colour::warning, Line::Kind::warning});
  const Value* deprecations = result.find("deprecations");
  if (deprecations != nullptr && deprecations->is_list())
    for (const Value& one : deprecations->list()) {
      const std::string message = one.is_string() ? one.text() : value::text_or(one, "msg", "");
      lines.push_back({safe(message), Colour::deprecated, Line::Kind::deprecation});
    }
}

// A module's own traceback, or where to get it.
void add_exception(const Told& told, Lines& lines) {
  const Value* exception = told.result.find("exception");
  if (exception == nullptr || !exception->is_string()) return;
  const std::string text = std::string(base::trim(exception->text()));
  if (told.options.verbosity >= 3) {
    lines.push_back({"The full traceback is:\n" + safe(text), Colour::error});
    return;
  }
  const std::string last = text.substr(text.rfind('\n') + 1);
  lines.push_back(
      {"An exception occurred during task execution. To see the full traceback, use "
       "-vvv. The error was: " +
           safe(last),
       Colour::error});
}

void add_differences(const Told& told, Lines& lines) {
  if (!told.options.show_differences || told.status != "changed") return;
  const Value* differences = told.data.find("differences");
  if (differences == nullptr) return;
  for (Line& line : lines_of_differences(*differences)) lines.push_back(std::move(line));
}

Value without_items(const Value& result) {
  value::Dict kept;
  for (const auto& [key, member] : result.dict())
    if (value::Dict::key_text(key) != "results") kept.set(key, member);
  return Value(std::move(kept));
}

Lines lines_of_end(const Told& told) {
  if (told.status == "ok") {
    if (!told.options.show_ok) return {};
    return {{"ok: [" + label_of(told) + "]" + behind_if_wanted(told), Colour::ok}};
  }
  if (told.status == "changed")
    return {{"changed: [" + label_of(told) + "]" + behind_if_wanted(told), Colour::changed}};
  if (told.status == "skipped") {
    if (!told.options.show_skipped) return {};
    return {{"skipping: [" + told.host + "]" + behind_if_wanted(told), Colour::skip}};
  }
  if (told.status == "failed")
    return {{"fatal: [" + label_of(told) + "]: FAILED!" + behind(told), Colour::error}};
  if (told.status == "unreachable")
    return {{"fatal: [" + label_of(told) + "]: UNREACHABLE!" + behind(told), Colour::unreachable}};
  return {{"unknown: [" + label_of(told) + "]" + behind(told), Colour::unreachable}};
}

}  // namespace

Lines lines_of_host(const store::Event& event, const TaskShown& task, const ViewOptions& options) {
  Told told(event, task, options);
  const std::string depends_on = value::text_or(told.data, "depends_on", "");
  if (!depends_on.empty())
    return {
        {"unknown: [" + label_of(told) + "] depends on <" + safe(depends_on) + ">", Colour::skip}};

  // The items were told already, each by itself; of a loop without items nothing was.
  const bool has_items =
      value::boolean_or(told.data, "is_loop", false) && told.result.find("results") != nullptr;
  const bool is_debug = task.module == "debug";  // shows its message alone, also of a failed loop
  const bool is_told = has_items && (told.status == "ok" || told.status == "changed" ||
                                     (told.status == "failed" && !is_debug));
  Lines lines;
  if (!has_items) add_differences(told, lines);
  if (!has_items) add_warnings(told.result, lines);
  if (!has_items) add_exception(told, lines);
  if (has_items && told.status == "skipped") told.result = without_items(told.result);
  if (!is_told)
    for (Line& line : lines_of_end(told)) lines.push_back(std::move(line));
  // The mistake with its place, and that it was taken lightly.
  const std::string error = value::text_or(told.data, "error", "");
  if (!error.empty()) lines.push_back({safe(error), Colour::error});
  if (value::boolean_or(told.data, "ignored", false))
    lines.push_back({"...ignoring", Colour::skip});
  return lines;
}

Lines lines_of_item(const store::Event& event, const TaskShown& task, const ViewOptions& options) {
  const Told told(event, task, options);
  const bool is_hidden = value::boolean_or(told.result, "_ansible_no_log", false) ||
                         told.result.find("censored") != nullptr;
  const Value* label = told.data.find("label");
  const std::string item =
      "(item=" + (is_hidden || label == nullptr ? "None" : label_text(*label)) + ")";
  Lines lines;
  add_differences(told, lines);
  add_warnings(told.result, lines);
  add_exception(told, lines);
  if (told.status == "ok") {
    if (options.show_ok)
      lines.push_back(
          {"ok: [" + label_of(told) + "] => " + item + behind_if_wanted(told), Colour::ok});
  } else if (told.status == "changed") {
    lines.push_back(
        {"changed: [" + label_of(told) + "] => " + item + behind_if_wanted(told), Colour::changed});
  } else if (told.status == "skipped") {
    if (options.show_skipped)
      lines.push_back({"skipping: [" + told.host + "] => " + item + " " + behind_if_wanted(told),
                       Colour::skip});
  } else {
    lines.push_back({"failed: [" + label_of(told) + "] " + item + behind(told), Colour::error});
  }
  return lines;
}

Lines lines_of_retry(const store::Event& event, const TaskShown& task, const ViewOptions& options) {
  const Told told(event, task, options);
  std::string text = fmt::format("FAILED - RETRYING: [{}]: {} ({} retries left).", label_of(told),
                                 safe(value::text_or(event.data, "task", task.name)),
                                 value::integer_or(event.data, "attempts_left", 0));
  if (options.verbosity > 2)
    text += "Result was: " + result_text(told.result, task.module, options.verbosity);
  return {{std::move(text), Colour::retry}};
}

Lines lines_of_differences(const Value& differences) {
  Lines lines;
  if (!differences.is_list()) return lines;
  for (const Value& difference : differences.list()) {
    const std::string text = difference_text(difference);
    for (const std::string_view line : base::lines_of(text)) {
      const Colour colour = line.starts_with('+')    ? Colour::added
                            : line.starts_with('-')  ? Colour::removed
                            : line.starts_with("@@") ? Colour::header
                                                     : Colour::none;
      lines.push_back({std::string(line), colour});
    }
    if (!text.empty()) lines.push_back({});
  }
  return lines;
}

}  // namespace provisioner::view

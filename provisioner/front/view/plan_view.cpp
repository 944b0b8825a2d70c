// A plan, folded over equal hosts.

#include "provisioner/front/view/plan_view.h"

#include <fmt/format.h>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/result_text.h"

namespace provisioner::view {

using store::EventKind;
using value::Value;

PlanView::PlanView(Terminal& terminal, Terminal& errors, int verbosity)
    : terminal_(terminal), errors_(errors), verbosity_(verbosity) {}

void PlanView::take(const store::Event& event) {
  switch (event.kind) {
    case EventKind::play_started:
      flush();
      terminal_.banner("PLAY [" +
                       base::escape_for_terminal(value::text_or(event.data, "name", "")) + "]");
      return;
    case EventKind::task_started:
      flush();
      task_ = value::text_or(event.data, "name", "");
      module_ = value::text_or(event.data, "module", "");
      path_ = value::text_or(event.data, "path", "");
      return;
    case EventKind::warning:
      errors_.line(
          "[WARNING]: " + base::escape_for_terminal(value::text_or(event.data, "text", "")),
          Colour::warning);
      return;
    case EventKind::run_ended:
      flush();
      terminal_.line(fmt::format("\nplan: {} would change, {} cannot be told yet, {} failed",
                                 changes_, unknowns_, failures_),
                     failures_ > 0  ? Colour::error
                     : changes_ > 0 ? Colour::changed
                                    : Colour::ok);
      return;
    case EventKind::host_finished:
      add_answer(event);
      return;
    default:
      return;
  }
}

void PlanView::add_answer(const store::Event& event) {
  const std::string status = value::text_or(event.data, "status", "");
  const std::string depends_on = value::text_or(event.data, "depends_on", "");
  const Value* result = event.data.find("result");
  Answer answer;
  if (!depends_on.empty()) {
    answer.text = "unknown, depends on <" + base::escape_for_terminal(depends_on) + ">";
    answer.colour = Colour::skip;
    ++unknowns_;
  } else if (status == "changed") {
    answer.text = "changed";
    answer.colour = Colour::changed;
    ++changes_;
  } else if (status == "failed" || status == "unreachable" || status == "unknown") {
    answer.text =
        status + ": " +
        base::escape_for_terminal(result == nullptr ? "" : value::text_or(*result, "msg", ""));
    answer.colour = Colour::error;
    ++failures_;
  } else if (status == "skipped" &&
             (module_ == "command" || module_ == "shell" || module_ == "raw" ||
              module_ == "script") &&
             result != nullptr && value::text_or(*result, "skip_reason", "").empty()) {
    answer.text = "will run";
    answer.colour = Colour::changed;
    ++changes_;
  } else {
    return;  // the same, or does not apply
  }
  if (const Value* differences = event.data.find("differences"))
    for (const Value& one : differences->list()) answer.differences += difference_text(one);
  Answer& kept = answers_[answer.text + "\n" + answer.differences];
  answer.hosts = std::move(kept.hosts);
  answer.hosts.push_back(event.host);
  kept = std::move(answer);
}

void PlanView::flush() {
  if (!answers_.empty()) {
    terminal_.line("\nTASK [" + base::escape_for_terminal(task_) + "]" +
                   (verbosity_ > 0 ? " " + base::escape_for_terminal(path_) : ""));
    for (const auto& [key, answer] : answers_) {
      terminal_.line(answer.text + ": " + base::escape_for_terminal(folded(answer.hosts)),
                     answer.colour);
      for (const std::string_view line : base::lines_of(answer.differences))
        terminal_.line("    " + std::string(line), line.starts_with('+')   ? Colour::added
                                                   : line.starts_with('-') ? Colour::removed
                                                                           : Colour::none);
    }
  }
  answers_.clear();
}

}  // namespace provisioner::view

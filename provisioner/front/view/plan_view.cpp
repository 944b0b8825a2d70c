// A plan, folded over equal hosts.

#include "provisioner/front/view/plan_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/folded.h"
#include "provisioner/front/view/screen_text.h"

namespace provisioner::view {

using store::EventKind;
using value::Value;

namespace {

std::string safe(const std::string& text) { return base::escape_for_terminal(text); }

std::string safe_member(const Value& data, const char* key) {
  return safe(value::text_or(data, key, ""));
}

// Modules that declare no state: in a plan they are skipped, in a run they will not be.
bool runs_each_time(const std::string& module) {
  constexpr std::array<std::string_view, 4> modules = {"command", "shell", "raw", "script"};
  return std::find(modules.begin(), modules.end(), module) != modules.end();
}

bool is_same(const Lines& a, const Lines& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Line& one, const Line& other) { return one.text == other.text; });
}

// Equal but for the host's name in front is equal.
std::string without_host(std::string message, const std::string& host) {
  if (message.starts_with(host + ": ")) message.erase(0, host.size() + 2);
  return message;
}

}  // namespace

PlanView::PlanView(Terminal& terminal, Terminal& errors, int verbosity)
    : terminal_(terminal), errors_(errors), verbosity_(verbosity) {}

void PlanView::take(const store::Event& event) {
  const Value& data = event.data;
  switch (event.kind) {
    case EventKind::play_started:
      flush();
      terminal_.banner("PLAY [" + safe_member(data, "name") + "]");
      break;
    case EventKind::task_started:
      flush();
      task_ = {value::text_or(data, "name", ""), value::text_or(data, "module", ""),
               value::text_or(data, "path", ""), value::boolean_or(data, "is_handler", false)};
      break;
    case EventKind::host_finished:
      host_finished(event);
      break;
    case EventKind::warning:
      errors_.line(wrapped("[WARNING]: " + safe_member(data, "text"),
                           static_cast<std::size_t>(terminal_.width())),
                   Colour::warning);
      break;
    case EventKind::run_ended:
      flush();
      summary();
      break;
    default:
      break;
  }
}

void PlanView::host_finished(const store::Event& event) {
  Answer answer = answer_of(event);
  if (answer.text.empty()) return;
  const auto known = std::find_if(answers_.begin(), answers_.end(), [&](const Answer& one) {
    return one.text == answer.text && one.error == answer.error &&
           is_same(one.differences, answer.differences);
  });
  if (known != answers_.end())
    known->hosts.push_back(event.host);
  else
    answers_.push_back(std::move(answer));
}

// Without a text where all stays as it is, or where the task does not apply.
PlanView::Answer PlanView::answer_of(const store::Event& event) {
  const Value& data = event.data;
  const std::string status = value::text_or(data, "status", "");
  const std::string depends_on = value::text_or(data, "depends_on", "");
  const Value* found = data.find("result");
  const Value result = found == nullptr ? Value() : *found;
  Answer answer;
  answer.hosts = {event.host};
  if (!depends_on.empty()) {
    answer.text = "unknown, depends on <" + safe(depends_on) + ">";
    answer.colour = Colour::skip;
    ++unknowns_;
  } else if (status == "changed") {
    answer.text = "changed";
    answer.colour = Colour::changed;
    ++changes_;
  } else if (status == "failed" || status == "unreachable" || status == "unknown") {
    answer.error = safe(value::text_or(data, "error", ""));
    const std::string message = without_host(value::text_or(result, "msg", ""), event.host);
    answer.text = status + (message.empty() ? "" : ": " + safe(message));
    answer.colour = Colour::error;
    ++failures_;
  } else if (status == "skipped" && runs_each_time(task_.module) &&
             value::text_or(result, "skip_reason", "").empty() &&
             value::text_or(result, "skipped_reason", "").empty()) {
    answer.text = "will run";
    answer.colour = Colour::changed;
    ++changes_;
  }
  if (const Value* differences = data.find("differences"))
    answer.differences = lines_of_differences(*differences);
  return answer;
}

void PlanView::flush() {
  if (answers_.empty()) return;
  terminal_.line("\n" + std::string(task_.is_handler ? "HANDLER [" : "TASK [") + safe(task_.name) +
                 "]" + (verbosity_ > 0 ? " " + safe(task_.path) : ""));
  for (const Answer& answer : answers_) {
    terminal_.line(answer.text + ": " + safe(folded(answer.hosts)), answer.colour);
    if (!answer.error.empty()) terminal_.line(answer.error, answer.colour);
    for (const Line& line : answer.differences)
      if (!line.text.empty()) terminal_.line("    " + line.text, line.colour);
  }
  answers_.clear();
}

void PlanView::summary() {
  const Colour colour = failures_ > 0 ? Colour::error : changes_ > 0 ? Colour::changed : Colour::ok;
  terminal_.line(fmt::format("\nplan: {} would change, {} cannot be told yet, {} failed", changes_,
                             unknowns_, failures_),
                 colour);
}

}  // namespace provisioner::view

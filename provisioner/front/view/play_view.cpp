// A run on the terminal, in the shape people know.

#include "provisioner/front/view/play_view.h"

#include <fmt/format.h>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/result_text.h"

namespace provisioner::view {

using store::EventKind;
using value::Value;

namespace {

std::string join_hosts(const Value* hosts) {
  std::string text;
  if (hosts == nullptr || !hosts->is_list()) return text;
  for (const Value& host : hosts->list()) text += (text.empty() ? "" : ", ") + host.text();
  return text;
}

std::string safe(const std::string& text) { return base::escape_for_terminal(text); }

std::string clock_text(std::chrono::steady_clock::duration passed) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(passed).count();
  return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
}

}  // namespace

PlayView::PlayView(Terminal& terminal, Terminal& errors, Options options, const os::Clock& clock)
    : terminal_(terminal), errors_(errors), options_(options), clock_(clock), begun_(clock.now()) {}

void PlayView::take(const store::Event& event) {
  switch (event.kind) {
    case EventKind::play_started:
      play_started(event.data);
      break;
    case EventKind::no_hosts_matched:
      terminal_.banner("PLAY [" + safe(value::text_or(event.data, "name", "")) + "]");
      terminal_.line("skipping: no hosts matched", Colour::skip);
      break;
    case EventKind::task_started:
      task_started(event.data);
      break;
    case EventKind::host_finished:
      host_finished(event);
      break;
    case EventKind::item_finished:
      item_finished(event);
      break;
    case EventKind::host_retry:
      retry(event);
      break;
    case EventKind::host_progress:
      task_.doing[event.host] = value::text_or(event.data, "doing", "");
      break;
    case EventKind::included:
      included(event.data);
      break;
    case EventKind::warning:
      errors_.line("[WARNING]: " + safe(value::text_or(event.data, "text", "")), Colour::warning);
      break;
    case EventKind::lab_lacks:
      lacks_.push_back(event.data);
      break;
    case EventKind::run_interrupted:
      terminal_.line("\nrun " + safe(value::text_or(event.data, "run", "")) +
                         " was interrupted; continue with: provisioner resume " +
                         safe(value::text_or(event.data, "run", "")),
                     Colour::warning);
      break;
    case EventKind::run_ended:
      terminal_.live("");
      recap(event.data);
      show_lacks();
      break;
    default:
      break;
  }
  refresh();
}

void PlayView::idle() { refresh(); }

// What the inventory says a lab cannot do is left out, and never in silence.
void PlayView::show_lacks() {
  for (const Value& lack : lacks_) {
    std::vector<std::string> hosts;
    if (const Value* names = lack.find("hosts"))
      for (const Value& name : names->list()) hosts.push_back(name.text());
    terminal_.line(fmt::format("not applied in this lab: {} on {} {} ({}: {})",
                               safe(value::text_or(lack, "what", "")), hosts.size(),
                               hosts.size() == 1 ? "node" : "nodes", safe(folded(hosts)),
                               safe(value::text_or(lack, "because", ""))),
                   Colour::warning);
  }
}

void PlayView::play_started(const Value& data) {
  const std::string name = safe(value::text_or(data, "name", ""));
  terminal_.banner(name.empty() ? "PLAY" : "PLAY [" + name + "]");
}

void PlayView::task_started(const Value& data) {
  task_ = {};
  task_.name = value::text_or(data, "name", "");
  task_.module = value::text_or(data, "module", "");
  task_.path = value::text_or(data, "path", "");
  task_.is_handler = value::boolean_or(data, "is_handler", false);
  task_.begun = clock_.now();
  if (const Value* hosts = data.find("hosts"))
    for (const Value& host : hosts->list()) task_.waiting.insert(host.text());
  task_.hosts = task_.waiting.size();
  terminal_.banner((task_.is_handler ? "RUNNING HANDLER [" : "TASK [") + safe(task_.name) + "]");
  if (options_.verbosity >= 2) terminal_.line("task path: " + safe(task_.path), Colour::verbose);
}

// "n01", or "n01 -> n05" where the task was delegated.
std::string PlayView::host_label(const store::Event& event) const {
  const std::string delegate = value::text_or(event.data, "delegate", "");
  return delegate.empty() ? safe(event.host) : safe(event.host) + " -> " + safe(delegate);
}

// Some modules' results are always shown (debug, assert); pretty ones are for people.
std::string PlayView::behind(const Value& result, bool always) const {
  const bool is_for_people = value::boolean_or(result, "_ansible_verbose_always", false);
  if (!always && !is_for_people && options_.verbosity == 0) return {};
  return " => " + result_text(result, task_.module, options_.verbosity,
                              is_for_people || options_.verbosity > 2);
}

void PlayView::host_finished(const store::Event& event) {
  task_.waiting.erase(event.host);
  const Value& data = event.data;
  const std::string status = value::text_or(data, "status", "");
  const Value* found = data.find("result");
  const Value result = found == nullptr ? Value() : *found;
  const bool has_items =
      value::boolean_or(data, "is_loop", false) && result.find("results") != nullptr;
  const std::string label = host_label(event);
  show_differences(data);
  if (status != "skipped") show_warnings(result);
  if (const std::string depends_on = value::text_or(data, "depends_on", ""); !depends_on.empty()) {
    terminal_.line("unknown: [" + label + "] depends on <" + safe(depends_on) + ">", Colour::skip);
    return;
  }
  if (status == "ok") {
    if (!has_items && options_.show_ok)
      terminal_.line("ok: [" + label + "]" + behind(result, false), Colour::ok);
  } else if (status == "changed") {
    if (!has_items)
      terminal_.line("changed: [" + label + "]" + behind(result, false), Colour::changed);
  } else if (status == "skipped") {
    if (options_.show_skipped)
      terminal_.line("skipping: [" + safe(event.host) + "]" +
                         (options_.verbosity > 0 ? behind(result, true) : ""),
                     Colour::skip);
  } else if (status == "failed") {
    if (!has_items)
      terminal_.line("fatal: [" + label + "]: FAILED!" + behind(result, true), Colour::error);
  } else if (status == "unreachable") {
    terminal_.line("fatal: [" + label + "]: UNREACHABLE!" + behind(result, true),
                   Colour::unreachable);
  } else {
    terminal_.line("unknown: [" + label + "]" + behind(result, true), Colour::unreachable);
  }
  show_extra(data);
}

// The mistake with its place, and what it means that an error was ignored.
void PlayView::show_extra(const Value& data) {
  const std::string error = value::text_or(data, "error", "");
  if (!error.empty()) terminal_.line(safe(error), Colour::error);
  if (value::boolean_or(data, "ignored", false)) terminal_.line("...ignoring", Colour::skip);
}

void PlayView::item_finished(const store::Event& event) {
  const Value& data = event.data;
  const std::string status = value::text_or(data, "status", "");
  const Value* found = data.find("result");
  const Value result = found == nullptr ? Value() : *found;
  const Value* label = data.find("label");
  const std::string item =
      " => (item=" + (label == nullptr ? std::string() : label_text(*label)) + ")";
  const std::string host = host_label(event);
  if (status == "ok") {
    if (options_.show_ok)
      terminal_.line("ok: [" + host + "]" + item + behind(result, false), Colour::ok);
  } else if (status == "changed") {
    terminal_.line("changed: [" + host + "]" + item + behind(result, false), Colour::changed);
  } else if (status == "skipped") {
    if (options_.show_skipped)
      terminal_.line("skipping: [" + safe(event.host) + "]" + item + " " +
                         (options_.verbosity > 0 ? behind(result, true) : ""),
                     Colour::skip);
  } else {
    const std::string short_item = item.substr(std::string(" => ").size());
    terminal_.line("failed: [" + host + "] " + short_item + behind(result, true), Colour::error);
    if (value::boolean_or(data, "ignored", false)) terminal_.line("...ignoring", Colour::skip);
  }
}

void PlayView::retry(const store::Event& event) {
  std::string text =
      fmt::format("FAILED - RETRYING: [{}]: {} ({} retries left).", host_label(event),
                  safe(task_.name), value::integer_or(event.data, "attempts_left", 0));
  const Value* result = event.data.find("result");
  if (options_.verbosity >= 2 && result != nullptr)
    text += "Result was: " + result_text(*result, task_.module, options_.verbosity, false);
  terminal_.line(text, Colour::verbose);
}

void PlayView::included(const Value& data) {
  if (value::boolean_or(data, "is_role", false)) return;  // Ansible says nothing of it
  std::string text = "included: " + safe(value::text_or(data, "file", "")) + " for " +
                     safe(join_hosts(data.find("hosts")));
  if (const Value* label = data.find("label")) text += " => (item=" + label_text(*label) + ")";
  terminal_.line(text, Colour::skip);
}

void PlayView::show_differences(const Value& data) {
  if (!options_.show_differences) return;
  const Value* differences = data.find("differences");
  if (differences == nullptr) return;
  for (const Value& difference : differences->list()) {
    const std::string text = difference_text(difference);
    for (const std::string_view line : base::lines_of(text)) {
      const Colour colour = line.starts_with('+')    ? Colour::added
                            : line.starts_with('-')  ? Colour::removed
                            : line.starts_with("@@") ? Colour::header
                                                     : Colour::none;
      terminal_.line(line, colour);
    }
    if (!text.empty()) terminal_.line("");
  }
}

void PlayView::show_warnings(const Value& result) {
  const Value* warnings = result.find("warnings");
  if (warnings == nullptr || !warnings->is_list()) return;
  for (const Value& warning : warnings->list())
    if (warning.is_string()) errors_.line("[WARNING]: " + safe(warning.text()), Colour::warning);
}

void PlayView::recap(const Value& data) {
  terminal_.banner("PLAY RECAP");
  if (const Value* hosts = data.find("recap")) show_recap(terminal_, *hosts);
  terminal_.line("");
}

// "12/20 hosts · waiting for n07 (apt), n11 · 0:45"
void PlayView::refresh() {
  if (!terminal_.is_interactive()) return;
  if (task_.waiting.empty() || clock_.now() - task_.begun < std::chrono::milliseconds(300))
    return terminal_.live("");
  std::string slow;
  std::size_t named = 0;
  for (const std::string& host : task_.waiting) {
    if (++named > 3) {
      slow += fmt::format(" and {} more", task_.waiting.size() - 3);
      break;
    }
    slow += (slow.empty() ? "" : ", ") + safe(host);
    const auto doing = task_.doing.find(host);
    if (doing != task_.doing.end()) slow += " (" + safe(doing->second) + ")";
  }
  terminal_.live(fmt::format("{}/{} hosts · {} · waiting for {} · {}",
                             task_.hosts - task_.waiting.size(), task_.hosts, safe(task_.name),
                             slow, clock_text(clock_.now() - begun_)));
}

}  // namespace provisioner::view

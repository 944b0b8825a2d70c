// A run on the terminal, in the shape people know.

#include "provisioner/front/view/play_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/result_text.h"
#include "provisioner/front/view/screen_text.h"

namespace provisioner::view {

using store::EventKind;
using value::Value;

namespace {

std::string safe(const std::string& text) { return base::escape_for_terminal(text); }

std::string safe_member(const Value& data, const char* key) {
  return safe(value::text_or(data, key, ""));
}

std::string join_hosts(const Value* hosts) {
  std::vector<std::string> names;
  if (hosts != nullptr && hosts->is_list())
    for (const Value& host : hosts->list()) names.push_back(host.text());
  return base::join(names, ", ");
}

std::string titled(const char* kind, const std::string& name) {
  return name.empty() ? kind : std::string(kind) + " [" + name + "]";
}

// "site.yml:4:7" as Ansible names a place: without the column.
std::string without_column(const std::string& place) {
  const std::size_t column = place.rfind(':');
  const std::size_t line = column == std::string::npos ? column : place.rfind(':', column - 1);
  const auto is_number = [](const std::string& word) {
    return !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  };
  if (line == std::string::npos || !is_number(place.substr(column + 1)) ||
      !is_number(place.substr(line + 1, column - line - 1)))
    return place;
  return place.substr(0, column);
}

}  // namespace

PlayView::PlayView(Terminal& terminal, Terminal& errors, Options options, const os::Clock& clock)
    : terminal_(terminal), errors_(errors), options_(options), live_(clock) {}

void PlayView::take(const store::Event& event) {
  live_.take(event);
  const Value& data = event.data;
  switch (event.kind) {
    case EventKind::play_started:
      play_started(data);
      break;
    case EventKind::no_hosts_matched:
      play_started(data);
      terminal_.line("skipping: no hosts matched", Colour::skip);
      break;
    case EventKind::task_started:
      task_started(data);
      break;
    case EventKind::host_finished:
      show(lines_of_host(event, task_, options_));
      break;
    case EventKind::item_finished:
      show(lines_of_item(event, task_, options_));
      break;
    case EventKind::host_retry:
      for (const Line& line : lines_of_retry(event, task_, options_))
        terminal_.line(line.text, line.colour);
      break;
    case EventKind::handler_notified:
      if (options_.verbosity > 1)
        terminal_.line(
            "NOTIFIED HANDLER " + safe_member(data, "handler") + " for " + safe(event.host),
            Colour::verbose);
      break;
    case EventKind::included:
      included(data);
      break;
    case EventKind::warning:
      warn(safe_member(data, "text"));
      break;
    case EventKind::custom_stats:
      custom_stats_ = data;
      break;
    case EventKind::lab_lacks:
      lacks_.push_back(data);
      break;
    case EventKind::play_ended:
      play_ended(data);
      break;
    case EventKind::run_interrupted:
      run_interrupted(data);
      break;
    case EventKind::run_ended:
      recap(data);
      show_custom_stats();
      show_lacks();
      break;
    default:
      break;
  }
  terminal_.live(live_.text());
}

void PlayView::idle() { terminal_.live(live_.text()); }

void PlayView::play_started(const Value& data) {
  terminal_.banner(titled("PLAY", safe_member(data, "name")));
}

// Where some results are not shown, a task is named when its first result is.
void PlayView::task_started(const Value& data) {
  task_ = {value::text_or(data, "name", ""), value::text_or(data, "module", ""),
           value::text_or(data, "path", ""), value::boolean_or(data, "is_handler", false)};
  is_task_announced_ = false;
  if (options_.show_ok && options_.show_skipped) show_task_banner();
}

void PlayView::show_task_banner() {
  if (is_task_announced_) return;
  is_task_announced_ = true;
  terminal_.banner(titled(task_.is_handler ? "RUNNING HANDLER" : "TASK", safe(task_.name)));
  if (options_.verbosity >= 2)
    terminal_.line("task path: " + safe(without_column(task_.path)), Colour::verbose);
}

// Ansible says it where a limit of failures ends a play, and not where simply all hosts are gone.
void PlayView::play_ended(const Value& data) {
  const std::string why = value::text_or(data, "why", "");
  if (why.empty()) return;
  const int times = why == "max_fail_percentage" ? 2 : 1;
  for (int time = 0; time < times; ++time) terminal_.banner("NO MORE HOSTS LEFT");
}

void PlayView::run_interrupted(const Value& data) {
  const std::string run = safe_member(data, "run");
  if (run.empty()) return;
  terminal_.line("\nrun " + run + " was interrupted" +
                     (options_.is_resumable ? "; continue with: provisioner resume " + run : ""),
                 Colour::warning);
}

void PlayView::included(const Value& data) {
  if (value::boolean_or(data, "is_role", false)) return;  // Ansible says nothing of it
  std::string text =
      "included: " + safe_member(data, "file") + " for " + safe(join_hosts(data.find("hosts")));
  if (const Value* label = data.find("label")) text += " => (item=" + label_text(*label) + ")";
  show({{std::move(text), Colour::skip}});
}

void PlayView::show(const Lines& lines) {
  for (const Line& line : lines) {
    if (line.kind == Line::Kind::warning) {
      tell(folded_at_edge("[WARNING]: " + line.text), line.colour);
    } else if (line.kind == Line::Kind::deprecation) {
      tell(folded_at_edge("[DEPRECATION WARNING]: " + line.text), line.colour);
    } else {
      show_task_banner();
      terminal_.line(line.text, line.colour);
    }
  }
}

// A text of several lines points at a place in a file: it stays as it is.
void PlayView::warn(const std::string& text) {
  const bool has_lines = text.find('\n') != std::string::npos;
  if (has_lines)
    tell(text, Colour::warning);
  else
    show({{text, Colour::warning, Line::Kind::warning}});
}

// Each text once. Both may be the same screen: the live line steps aside.
void PlayView::tell(const std::string& text, Colour colour) {
  if (!told_.insert(text).second) return;
  terminal_.live("");
  errors_.line(text, colour);
}

std::string PlayView::folded_at_edge(const std::string& text) const {
  return wrapped(text, static_cast<std::size_t>(terminal_.width()));
}

void PlayView::recap(const Value& data) {
  terminal_.banner("PLAY RECAP");
  if (const Value* hosts = data.find("recap")) show_recap(terminal_, *hosts);
  terminal_.line("");
}

void PlayView::show_custom_stats() {
  if (!options_.show_custom_stats || !custom_stats_.is_dict()) return;
  terminal_.banner("CUSTOM STATS:");
  std::map<std::string, std::string> lines;
  if (const Value* hosts = custom_stats_.find("hosts"))
    for (const auto& [host, figures] : hosts->dict())
      lines.emplace(safe(value::Dict::key_text(host)), stats_text(figures));
  for (const auto& [host, text] : lines) terminal_.line("\t" + host + ": " + text);
  const Value* run = custom_stats_.find("run");
  if (run != nullptr && !run->dict().is_empty()) terminal_.line("\n\tRUN: " + stats_text(*run));
  terminal_.line("");
}

// What the inventory says a lab cannot do is left out, and never in silence.
void PlayView::show_lacks() {
  for (const Value& lack : lacks_) {
    std::vector<std::string> hosts;
    if (const Value* names = lack.find("hosts"))
      for (const Value& name : names->list()) hosts.push_back(name.text());
    terminal_.line(
        fmt::format("not applied in this lab: {} on {} {} ({}: {})", safe_member(lack, "what"),
                    hosts.size(), hosts.size() == 1 ? "node" : "nodes", safe(folded(hosts)),
                    safe_member(lack, "because")),
        Colour::warning);
  }
}

}  // namespace provisioner::view

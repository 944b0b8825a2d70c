// What failed and what changed: equal hosts once, with messages and differences.

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <vector>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/folded.h"
#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/report/sections.h"
#include "provisioner/front/view/result_text.h"

namespace provisioner::view {

using value::Value;

namespace {

// A page is for reading: whole texts are in the run's own record.
constexpr std::size_t most_lines = 60, most_bytes = 8'000;
constexpr std::size_t most_changes = 400;
constexpr std::size_t most_difference_bytes = 1'500'000;  // of the page

void write_hosts(std::ostream& out, const std::vector<std::string>& hosts) {
  out << "<span class=hosts>" << html(folded(hosts)) << "</span>";
  if (hosts.size() > 1) out << " <small>" << hosts.size() << " hosts</small>";
}

void write_task(std::ostream& out, const TaskRecord& task) {
  out << (task.is_handler ? "handler " : "") << html(task.name);
}

// Each line in the colour of what it does.
void write_difference(std::ostream& out, const std::string& text) {
  out << "<pre class=diff>";
  for (const std::string_view line : base::lines_of(text)) {
    const char* tag = line.starts_with("@@")  ? "b"
                      : line.starts_with('+') ? "ins"
                      : line.starts_with('-') ? "del"
                                              : nullptr;
    if (tag != nullptr)
      out << "<" << tag << ">" << html(line) << "</" << tag << ">\n";
    else
      out << html(line) << "\n";
  }
  out << "</pre>\n";
}

std::string differences_text(const Value& differences) {
  std::string text;
  if (!differences.is_list()) return text;
  for (const Value& difference : differences.list()) text += difference_text(difference);
  return shortened(text, most_lines * 2, most_bytes * 2);
}

std::string_view fate_of(const Failure& failure) {
  switch (failure.fate) {
    case Failure::Fate::ignored:
      return "ignored";
    case Failure::Fate::rescued:
      return "rescued";
    case Failure::Fate::left:
      break;
  }
  return "left the run";
}

void write_failure(std::ostream& out, const RunRecord& run, const Failure& failure) {
  const TaskRecord& task = run.tasks()[failure.task];
  const bool is_final = failure.fate == Failure::Fate::left;
  out << "<article class=\"failure" << (is_final ? "" : " mild") << "\">\n<h3>";
  write_task(out, task);
  out << "</h3>\n<p><span class=\"badge " << name_of(failure.ending) << "\">"
      << name_of(failure.ending) << "</span> <span class=\"badge fate\">" << fate_of(failure)
      << "</span> ";
  write_hosts(out, failure.hosts);
  out << "</p>\n";
  if (!failure.message.empty())
    out << "<pre>" << html(shortened(failure.message, most_lines, most_bytes)) << "</pre>\n";
  out << "<p class=where>" << html(task.module) << " · " << html(task.path);
  if (!task.play.empty()) out << " · play " << html(task.play);
  out << "</p>\n<details><summary>whole result</summary><pre>"
      << html(
             shortened(result_text(failure.result, task.module, 3), most_lines * 3, most_bytes * 2))
      << "</pre></details>\n</article>\n";
}

void write_folded(std::ostream& out, const RunRecord& run,
                  const std::vector<const Failure*>& failures, std::string_view which) {
  if (failures.empty()) return;
  out << "<details class=more><summary>" << failures.size() << " " << which << "</summary>\n";
  for (const Failure* failure : failures) write_failure(out, run, *failure);
  out << "</details>\n";
}

}  // namespace

// What ended a host's run comes first, and the first of it is open.
void write_failures(std::ostream& out, const RunRecord& run) {
  constexpr std::size_t most_open = 8;
  std::vector<const Failure*> left, mild;
  for (const Failure& failure : run.failures())
    (failure.fate == Failure::Fate::left ? left : mild).push_back(&failure);
  if (left.empty() && mild.empty()) return;
  out << "<section id=failures>\n<h2>Failures</h2>\n";
  const std::size_t open = std::min(left.size(), most_open);
  for (std::size_t at = 0; at < open; ++at) write_failure(out, run, *left[at]);
  left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(open));
  write_folded(out, run, left, "more");
  write_folded(out, run, mild, "that the run went on from: rescued or ignored");
  out << "</section>\n";
}

void write_changes(std::ostream& out, const RunRecord& run) {
  if (run.changes().empty()) return;
  out << "<section id=changes>\n<h2>What changed</h2>\n";
  std::size_t told = 0, bytes = 0;
  for (const Change& change : run.changes()) {
    if (++told > most_changes) {
      out << "<p class=where>… and " << run.changes().size() - most_changes << " more</p>\n";
      break;
    }
    const TaskRecord& task = run.tasks()[change.task];
    std::string differences = differences_text(change.differences);
    bytes += differences.size();
    if (bytes > most_difference_bytes) differences.clear();
    out << (differences.empty() ? "<div class=change>" : "<details class=change><summary>")
        << "<span>";
    write_task(out, task);
    out << " <small>" << html(task.module) << "</small></span> ";
    write_hosts(out, change.hosts);
    if (differences.empty()) {
      out << "</div>\n";
      continue;
    }
    out << "</summary>";
    write_difference(out, differences);
    out << "</details>\n";
  }
  out << "</section>\n";
}

}  // namespace provisioner::view

// A report's verdict, recap, and what is said of tasks.

#include "provisioner/front/view/report/sections.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <ostream>

#include "provisioner/base/base/text.h"
#include "provisioner/front/view/folded.h"
#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/report/page_frame.h"

namespace provisioner::view {

using value::Dict;
using value::Value;

namespace {

struct Verdict {
  std::string_view look, words;
};

// The numbers are ansible-playbook's.
Verdict verdict_of(const ReportHead& head) {
  if (head.is_alive) return {"running", "still running"};
  if (!head.exit_code) return {"bad", "cut off"};
  switch (*head.exit_code) {
    case 0:
      return {"good", "all well"};
    case 2:
      return {"bad", "hosts failed"};
    case 4:
      return {"bad", "hosts were not reached"};
    case 99:
      return {"warn", "interrupted"};
    default:
      return {"bad", "failed"};
  }
}

void write_tile(std::ostream& out, std::string_view look, std::string_view number,
                std::string_view what) {
  out << "<div class=\"tile " << look << "\"><b>" << html(number) << "</b><span>" << html(what)
      << "</span></div>\n";
}

std::int64_t hosts_with(const RunRecord& run, const char* count) {
  if (!run.recap().is_dict()) return 0;
  return std::count_if(run.recap().dict().begin(), run.recap().dict().end(),
                       [&](const auto& one) { return value::integer_or(one.value, count, 0) > 0; });
}

struct Column {
  const char* key;
  std::string_view look;
};
constexpr std::array<Column, 8> columns = {{{"ok", "ok"},
                                            {"changed", "changed"},
                                            {"unreachable", "unreachable"},
                                            {"failed", "failed"},
                                            {"skipped", "skipped"},
                                            {"rescued", "ok"},
                                            {"ignored", "ignored"},
                                            {"unknown", "unknown"}}};

// Where nobody is unknown, nobody need read the word.
bool is_needed(const RunRecord& run, const Column& column) {
  return std::string_view(column.key) != "unknown" || hosts_with(run, column.key) > 0;
}

}  // namespace

void write_head(std::ostream& out, const RunRecord& run, const ReportHead& head) {
  const Verdict verdict = verdict_of(head);
  const double seconds = head.ended
                             ? std::chrono::duration<double>(*head.ended - head.started).count()
                             : run.seconds();
  out << "<header>\n<p class=\"verdict " << verdict.look << "\">" << verdict.words
      << "</p>\n<h1>Run " << html(head.run) << "</h1>\n<p class=command><code>"
      << html(head.command_line) << "</code></p>\n<dl>\n<div><dt>by<dd>" << html(head.operator_name)
      << "</div>\n<div><dt>begun<dd>" << time_text(head.started) << " UTC</div>\n";
  if (head.ended) out << "<div><dt>ended<dd>" << time_text(*head.ended) << " UTC</div>\n";
  if (head.exit_code) out << "<div><dt>exit code<dd>" << *head.exit_code << "</div>\n";
  out << "</dl>\n<div class=tiles>\n";
  write_tile(out, "", duration_text(seconds), "took");
  write_tile(out, "", std::to_string(run.hosts().size()), "hosts");
  write_tile(out, "", std::to_string(run.tasks().size()), "tasks");
  const auto tile_of = [&](const char* count, std::string_view look, const char* what) {
    const std::int64_t hosts = hosts_with(run, count);
    write_tile(out, hosts > 0 ? look : "", std::to_string(hosts), what);
  };
  tile_of("changed", "changed", "hosts changed");
  tile_of("failed", "failed", "hosts failed");
  tile_of("unreachable", "failed", "not reached");
  out << "</div>\n</header>\n";
}

void write_recap(std::ostream& out, const RunRecord& run) {
  if (!run.recap().is_dict() || run.recap().dict().is_empty()) return;
  std::map<std::string, const Value*> hosts;
  for (const auto& [host, counts] : run.recap().dict()) hosts[Dict::key_text(host)] = &counts;
  out << "<section id=recap>\n<h2>Recap</h2>\n<div class=scroll><table class=recap>\n<thead><tr>"
         "<th scope=col>host";
  for (const Column& column : columns)
    if (is_needed(run, column)) out << "<th scope=col>" << column.key;
  out << "</thead>\n<tbody>\n";
  for (const auto& [host, counts] : hosts) {
    const auto count = [&, &all = *counts](const char* key) {
      return value::integer_or(all, key, 0);
    };
    const bool is_bad = count("failed") + count("unreachable") + count("unknown") > 0;
    out << (is_bad ? "<tr class=bad>" : "<tr>") << "<th scope=row>" << html(host);
    for (const Column& column : columns) {
      if (!is_needed(run, column)) continue;
      const std::int64_t number = count(column.key);
      if (number > 0)
        out << "<td class=" << column.look << ">" << number;
      else
        out << "<td class=zero>0";
    }
    out << "\n";
  }
  out << "</tbody></table></div>\n</section>\n";
}

void write_slowest(std::ostream& out, const RunRecord& run) {
  constexpr std::size_t most = 15;
  std::vector<std::size_t> order(run.tasks().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto seconds = [&](std::size_t task) {
    return run.tasks()[task].end - run.tasks()[task].begin;
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return seconds(a) > seconds(b); });
  order.resize(std::min(order.size(), most));
  if (order.empty()) return;
  const double longest = std::max(seconds(order.front()), 0.001);
  out << "<section id=slowest>\n<h2>Slowest tasks</h2>\n<div class=scroll><table class=slow>\n"
         "<thead><tr><th scope=col>task<th scope=col>took<th scope=col>of the run"
         "<th scope=col>slowest host</thead>\n<tbody>\n";
  for (const std::size_t number : order) {
    const TaskRecord& task = run.tasks()[number];
    const auto slow = std::max_element(
        task.cells.begin(), task.cells.end(),
        [](const Cell& a, const Cell& b) { return a.end - a.begin < b.end - b.begin; });
    out << "<tr><th scope=row>" << html(task.name) << "<small>" << html(task.module) << " · "
        << html(task.path) << "</small><td class=number>" << duration_text(seconds(number))
        << fmt::format("<td class=share><i style=\"width:{:.1f}%\"></i><span>{:.0f} %</span>",
                       seconds(number) / longest * 100,
                       run.seconds() > 0 ? seconds(number) / run.seconds() * 100 : 0)
        << "<td>";
    if (slow != task.cells.end())
      out << html(run.hosts()[slow->host]) << " <small>" << duration_text(slow->end - slow->begin)
          << "</small>";
    out << "\n";
  }
  out << "</tbody></table></div>\n</section>\n";
}

void write_notes(std::ostream& out, const RunRecord& run) {
  if (run.warnings().empty() && run.lacks().empty()) return;
  out << "<section id=notes>\n<h2>Notes</h2>\n<ul class=notes>\n";
  std::map<std::string, std::size_t> times;
  for (const std::string& warning : run.warnings()) ++times[warning];
  for (const auto& [warning, count] : times)
    out << "<li>" << html(warning)
        << (count > 1 ? " <small>" + std::to_string(count) + " times</small>" : "") << "\n";
  for (const Value& lack : run.lacks()) {
    std::vector<std::string> hosts;
    if (const Value* names = lack.find("hosts"); names != nullptr && names->is_list())
      for (const Value& name : names->list()) hosts.push_back(name.text());
    out << "<li>not applied in this lab: " << html(value::text_or(lack, "what", "")) << " on "
        << html(folded(hosts)) << " <small>" << html(value::text_or(lack, "because", ""))
        << "</small>\n";
  }
  out << "</ul>\n</section>\n";
}

}  // namespace provisioner::view

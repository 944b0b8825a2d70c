// Hosts down, time across.

#include "provisioner/front/view/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <ostream>

#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/screen_text.h"

namespace provisioner::view {
namespace {

constexpr double width = 1200;                      // of the bars, in the picture's own units
constexpr double head = 44;                         // above the rows: tasks and the scale of time
constexpr double narrowest = 1, narrowest_bad = 5;  // a bar is never less wide
constexpr std::size_t most_titles = 15'000;

struct Layout {
  double seconds, row;
  std::vector<std::size_t> row_of;   // by host number
  std::vector<std::size_t> host_of;  // by row
  bool has_all_titles;

  double x(double time) const { return time / seconds * width; }
  double height() const { return head + row * static_cast<double>(host_of.size()) + 4; }
};

Layout layout_of(const RunRecord& run) {
  const std::size_t hosts = run.hosts().size();
  Layout layout{std::max(run.seconds(), 0.001), hosts <= 60 ? 18.0 : 10.0, {}, {}, false};
  layout.host_of.resize(hosts);
  std::iota(layout.host_of.begin(), layout.host_of.end(), std::size_t{0});
  std::sort(layout.host_of.begin(), layout.host_of.end(),
            [&](std::size_t a, std::size_t b) { return run.hosts()[a] < run.hosts()[b]; });
  layout.row_of.resize(hosts);
  for (std::size_t row = 0; row < hosts; ++row) layout.row_of[layout.host_of[row]] = row;
  std::size_t cells = 0;
  for (const TaskRecord& task : run.tasks()) cells += task.cells.size();
  layout.has_all_titles = cells <= most_titles;
  return layout;
}

double y_of_row(const Layout& layout, std::size_t row) {
  return head + static_cast<double>(row) * layout.row;
}

void write_names(std::ostream& out, const RunRecord& run, const Layout& layout) {
  int longest = 4;
  for (const std::string& host : run.hosts()) longest = std::max(longest, shown_width(host));
  longest = std::min(longest, 28);
  const double size = layout.row > 12 ? 12 : 9;
  const double wide = longest * size * 0.62 + 10;
  out << fmt::format(
      "<svg class=names width={0:.0f} height={1:.0f} viewBox=\"0 0 {0:.0f} {1:.0f}\""
      " font-size={2:.0f} aria-hidden=true>\n",
      wide, layout.height(), size);
  for (std::size_t row = 0; row < layout.host_of.size(); ++row) {
    const std::string& host = run.hosts()[layout.host_of[row]];
    out << fmt::format("<text x={:.0f} y={:.1f}>{}<title>{}</title></text>\n", wide - 8,
                       y_of_row(layout, row) + layout.row * 0.5 + size * 0.35,
                       html(cut_to(host, longest)), html(host));
  }
  out << "</svg>\n";
}

// How long each host took part.
void write_rows(std::ostream& out, const RunRecord& run, const Layout& layout) {
  for (std::size_t row = 0; row < layout.host_of.size(); ++row)
    out << fmt::format("<rect class=row x=0 y={:.1f} width={:.1f} height={:.1f} />\n",
                       y_of_row(layout, row) + layout.row * 0.2,
                       layout.x(run.left_at(layout.host_of[row])), layout.row * 0.6);
}

// A step of the scale that people can read: 1, 2, 5, 10, 15, 30 s, 1 min, ...
double scale_step(double seconds) {
  constexpr std::array<double, 20> steps = {0.1,  0.2,  0.5,  1,     2,     5,    10,
                                            15,   30,   60,   120,   300,   600,  900,
                                            1800, 3600, 7200, 14400, 43200, 86400};
  for (const double step : steps)
    if (seconds / step <= 12) return step;
  return seconds / 10;
}

std::string scale_text(double seconds) {
  if (seconds < 60) return fmt::format("{:g} s", std::round(seconds * 10) / 10);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

void write_scale(std::ostream& out, const Layout& layout) {
  const double step = scale_step(layout.seconds);
  for (double time = 0; time <= layout.seconds; time += step) {
    const double x = layout.x(time);
    out << fmt::format("<path class=tick d=\"M{0:.1f} 14V{1:.0f}\"/>", x, layout.height());
    const bool is_last = x > width - 40;
    out << fmt::format("<text class=scale x={:.1f} y=11{}>{}</text>\n", is_last ? x - 3 : x + 3,
                       is_last ? " text-anchor=end" : "", scale_text(time));
  }
}

// The tasks themselves, above the rows: named where there is room.
void write_tasks(std::ostream& out, const RunRecord& run, const Layout& layout) {
  bool is_odd = false;
  for (const TaskRecord& task : run.tasks()) {
    const double x = layout.x(task.begin), wide = layout.x(task.end - task.begin);
    is_odd = !is_odd;
    if (wide < 0.5) continue;
    out << fmt::format(
        "<g><title>{}\n{}</title><rect class=\"task{}\" x={:.1f} y=18 width={:.1f} "
        "height=22 />",
        html(task.name), duration_text(task.end - task.begin), is_odd ? " odd" : "", x, wide);
    const int room = static_cast<int>((wide - 8) / 6.4);
    if (room >= 4)
      out << fmt::format("<text class=what x={:.1f} y=33>{}</text>", x + 4,
                         html(cut_to(task.name, room)));
    out << "</g>\n";
  }
}

std::string_view class_of(const Cell& cell) {
  if (cell.is_ignored) return "ignored";
  return name_of(cell.ending);
}

bool is_bad(const Cell& cell) { return cell.ending >= Ending::failed; }

struct Bar {
  double x, y, width, height;
};

// What went wrong is taller, too: colours are not for everybody, nor for every printer.
Bar bar_of(const Layout& layout, const Cell& cell) {
  const double gap = is_bad(cell) ? 0.5 : layout.row * 0.2;
  const double wide =
      std::max(is_bad(cell) ? narrowest_bad : narrowest, layout.x(cell.end - cell.begin));
  return {std::min(layout.x(cell.begin), width - wide),
          y_of_row(layout, layout.row_of[cell.host]) + gap, wide, layout.row - 2 * gap};
}

void write_titled(std::ostream& out, const RunRecord& run, const TaskRecord& task, const Cell& cell,
                  const Bar& bar) {
  out << fmt::format(
      "<rect class={} x={:.1f} y={:.1f} width={:.1f} height={:.1f}><title>{}: {}\n"
      "{}{}, {}</title></rect>\n",
      class_of(cell), bar.x, bar.y, bar.width, bar.height, html(run.hosts()[cell.host]),
      html(task.name), name_of(cell.ending), cell.is_ignored ? ", ignored" : "",
      duration_text(cell.end - cell.begin));
}

// Bars without titles are drawn as one path a class; what is bad comes last and lies above.
void write_bars(std::ostream& out, const RunRecord& run, const Layout& layout) {
  std::array<std::string, ending_count> paths;
  std::vector<std::pair<const TaskRecord*, const Cell*>> titled;
  for (const TaskRecord& task : run.tasks())
    for (const Cell& cell : task.cells) {
      const Bar bar = bar_of(layout, cell);
      if (layout.has_all_titles || is_bad(cell) || bar.width >= 12) {
        titled.emplace_back(&task, &cell);
        continue;
      }
      paths[static_cast<std::size_t>(cell.ending)] += fmt::format(
          "M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z", bar.x, bar.y, bar.width, bar.height, bar.width);
    }
  for (int ending = 0; ending < ending_count; ++ending)
    if (const std::string& path = paths[static_cast<std::size_t>(ending)]; !path.empty())
      out << "<path class=" << name_of(static_cast<Ending>(ending)) << " d=\"" << path << "\"/>\n";
  std::stable_partition(titled.begin(), titled.end(),
                        [](const auto& one) { return !is_bad(*one.second); });
  for (const auto& [task, cell] : titled)
    write_titled(out, run, *task, *cell, bar_of(layout, *cell));
}

void write_legend(std::ostream& out, const RunRecord& run) {
  std::array<bool, ending_count> is_used{};
  bool has_ignored = false;
  for (const TaskRecord& task : run.tasks())
    for (const Cell& cell : task.cells) {
      (cell.is_ignored ? has_ignored : is_used[static_cast<std::size_t>(cell.ending)]) = true;
    }
  out << "<p class=legend>";
  for (int ending = 0; ending < ending_count; ++ending)
    if (is_used[static_cast<std::size_t>(ending)]) {
      const std::string_view name = name_of(static_cast<Ending>(ending));
      out << "<span><i class=" << name << "></i>" << name << "</span> ";
    }
  if (has_ignored) out << "<span><i class=ignored></i>failed, ignored</span>";
  out << "</p>\n";
}

}  // namespace

void write_timeline(std::ostream& out, const RunRecord& run) {
  const Layout layout = layout_of(run);
  write_legend(out, run);
  out << "<div class=timeline>\n";
  write_names(out, run, layout);
  out << fmt::format(
      "<div class=bars><svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width={0:.0f} "
      "height={1:.0f} role=img aria-label=\"tasks of each host over time\">\n",
      width, layout.height());
  write_tasks(out, run, layout);
  write_rows(out, run, layout);
  write_scale(out, layout);
  write_bars(out, run, layout);
  out << "</svg></div></div>\n";
}

}  // namespace provisioner::view

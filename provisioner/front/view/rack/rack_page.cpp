// Racks as a picture, and what differs below.

#include "provisioner/front/view/rack/rack_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>

#include "provisioner/front/view/rack/rack_style.h"
#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/report/page_frame.h"

namespace provisioner::view {
namespace {

constexpr std::int64_t fewest_units = 10;  // a rack is drawn with at least so many

// How a node is marked: never by its colour alone.
struct Mark {
  std::string_view look, sign;
  std::string words;
};

class Page {
 public:
  Page(std::ostream& out, const RackPage& page) : out_(out), page_(page) {
    for (const RackFinding& finding : page.findings)
      for (const std::string& node : finding.nodes) findings_[node].push_back(&finding);
  }

  void write() {
    write_head();
    write_racks();
    write_details();
    write_page_end(out_);
  }

 private:
  using Cells = std::map<std::int64_t, std::vector<const RackNode*>>;  // by the lowest unit

  Mark mark_of(const RackNode& node) const {
    const auto found = findings_.find(node.name);
    if (found != findings_.end()) {
      const auto is_error = [](const RackFinding* finding) { return finding->is_error; };
      const bool is_bad = std::ranges::any_of(found->second, is_error);
      std::string words = found->second.front()->part;
      if (found->second.size() > 1) words += fmt::format(" and {} more", found->second.size() - 1);
      return {is_bad ? "bad" : "warn", is_bad ? "✕" : "△", words};
    }
    if (!node.is_checked) return {"blank", "?", "not checked"};
    return {"good", "✓", "as it should be"};
  }

  void write_head() {
    const bool is_bad = std::ranges::any_of(page_.findings, &RackFinding::is_error);
    const char* look = is_bad ? "bad" : page_.findings.empty() ? "good" : "warn";
    const char* verdict = is_bad                   ? "differences"
                          : page_.findings.empty() ? "no differences"
                                                   : "peers differ";
    write_page_begin(out_, "Racks", rack_style());
    out_ << "<header>\n"
         << "<span class=\"verdict " << look << "\">" << verdict << "</span>\n<h1>Racks</h1>\n<p>"
         << html(page_.summary)
         << "</p>\n<p class=legend><span><b class=\"sign good\">✓</b> as it "
            "should be</span><span><b class=\"sign bad\">✕</b> not as specification, inventory or "
            "cabling say</span><span><b class=\"sign warn\">△</b> not as its peers</span>"
            "<span><b class=sign>?</b> not checked</span><span>"
         << time_text(page_.time) << " UTC</span></p>\n</header>\n";
  }

  void write_box(const RackNode& node) {
    const Mark mark = mark_of(node);
    const bool has_details = findings_.contains(node.name);
    out_ << (has_details ? "<a href=\"#node-" + html(node.name) + "\"" : "<div") << " class=\"box "
         << mark.look << "\" title=\"" << html(node.name + ": " + mark.words) << "\"><b class=sign>"
         << mark.sign << "</b><strong>" << html(node.name) << "</strong><span>" << html(mark.words)
         << "</span>" << (has_details ? "</a>" : "</div>") << "\n";
  }

  // Nodes of one unit share it, as in a chassis of several; those that cannot stand where it is
  // said are told apart.
  void write_racks() {
    std::map<std::string, Cells> racks;
    std::vector<const RackNode*> loose;
    for (const RackNode& node : page_.nodes) {
      if (node.rack.empty() || node.unit < 1 || is_in_the_way(racks[node.rack], node))
        loose.push_back(&node);
      else
        racks[node.rack][node.unit].push_back(&node);
    }
    out_ << "<section>\n<div class=racks>\n";
    for (const auto& [name, cells] : racks)
      if (!cells.empty()) write_rack(name, cells);
    out_ << "</div>\n";
    if (!loose.empty()) {
      out_ << "<h3>Without a place of their own</h3>\n<div class=loose>\n";
      for (const RackNode* node : loose) write_box(*node);
      out_ << "</div>\n";
    }
    out_ << "</section>\n";
  }

  static bool is_in_the_way(const Cells& cells, const RackNode& node) {
    return std::ranges::any_of(cells, [&](const auto& cell) {
      const std::int64_t top = cell.first + cell.second.front()->height;
      return cell.first != node.unit && cell.first < node.unit + node.height && node.unit < top;
    });
  }

  void write_rack(const std::string& name, const Cells& cells) {
    std::int64_t top = fewest_units;
    for (const auto& [unit, nodes] : cells)
      for (const RackNode* node : nodes) top = std::max(top, unit + node->height - 1);
    out_ << "<div class=rack>\n<h3>Rack " << html(name) << "</h3>\n<div class=frame>\n";
    for (std::int64_t unit = top; unit > 0; --unit)
      out_ << fmt::format("<i style=\"grid-row:{0}\">{1}</i><b style=\"grid-row:{0}\"></b>\n",
                          top - unit + 1, unit);
    for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {
      const std::int64_t height = cell->second.front()->height;
      out_ << "<div class=cell style=\"grid-row:" << top - (cell->first + height - 1) + 1
           << "/span " << height << "\">\n";
      for (const RackNode* node : cell->second) write_box(*node);
      out_ << "</div>\n";
    }
    out_ << "</div>\n</div>\n";
  }

  void write_details() {
    if (findings_.empty()) return;
    out_ << "<section>\n<h2>What differs</h2>\n";
    for (const RackNode& node : page_.nodes) {
      const auto found = findings_.find(node.name);
      if (found == findings_.end()) continue;
      const Mark mark = mark_of(node);
      out_ << "<div class=node id=\"node-" << html(node.name) << "\">\n<h3><b class=\"sign "
           << mark.look << "\">" << mark.sign << "</b> " << html(node.name);
      if (!node.rack.empty() && node.unit > 0)
        out_ << " <small>rack " << html(node.rack) << ", unit " << node.unit << "</small>";
      if (!node.seen.empty()) out_ << " <small>seen " << html(node.seen) << "</small>";
      out_ << "</h3>\n<table>\n<thead><tr><th>Part<th>Is<th>Should be<th>Because of</tr></thead>\n"
              "<tbody>\n";
      for (const RackFinding* finding : found->second)
        out_ << "<tr><td>" << (finding->is_error ? "✕ " : "△ ") << html(finding->part)
             << "<td class=is>" << html(finding->is) << "<td class=should>" << html(finding->should)
             << "<td>" << html(finding->because) << "</tr>\n";
      out_ << "</tbody>\n</table>\n</div>\n";
    }
    out_ << "</section>\n";
  }

  std::ostream& out_;
  const RackPage& page_;
  std::map<std::string, std::vector<const RackFinding*>> findings_;
};

}  // namespace

void write_rack_page(std::ostream& out, const RackPage& page) { Page(out, page).write(); }

}  // namespace provisioner::view

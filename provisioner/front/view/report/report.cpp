// The page around the sections.

#include "provisioner/front/view/report/report.h"

#include <ostream>

#include "provisioner/front/view/report/page_frame.h"
#include "provisioner/front/view/report/sections.h"
#include "provisioner/front/view/report/timeline.h"

namespace provisioner::view {

void Report::write(std::ostream& out, const ReportHead& head) const {
  write_page_begin(out, "Run " + head.run);
  write_head(out, record_, head);
  write_failures(out, record_);
  if (!record_.tasks().empty() && !record_.hosts().empty()) {
    out << "<section id=timeline>\n<h2>Hosts over time</h2>\n";
    write_timeline(out, record_);
    out << "</section>\n";
  }
  write_recap(out, record_);
  write_slowest(out, record_);
  write_changes(out, record_);
  write_notes(out, record_);
  write_page_end(out);
}

}  // namespace provisioner::view

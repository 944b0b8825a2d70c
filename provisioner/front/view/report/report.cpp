// The page around the sections.

#include "provisioner/front/view/report/report.h"

#include <ostream>

#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/report/sections.h"
#include "provisioner/front/view/report/style_sheet.h"
#include "provisioner/front/view/report/timeline.h"

namespace provisioner::view {

void Report::write(std::ostream& out, const ReportHead& head) const {
  out << "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
         "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=color-scheme content=\"light dark\">\n"
         // Whatever stood in a text: nothing is fetched, nothing runs.
         "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n<title>Run "
      << html(head.run) << "</title>\n<style>\n"
      << style_sheet() << "</style>\n</head>\n<body>\n<main>\n";
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
  out << "</main>\n</body>\n</html>\n";
}

}  // namespace provisioner::view

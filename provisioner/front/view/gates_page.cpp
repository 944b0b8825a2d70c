// A page about a run of gates.

#include "provisioner/front/view/gates_page.h"

#include <sstream>

#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/report/style_sheet.h"

namespace provisioner::view {
namespace {

using value::Value;

std::string text_in(const Value& value, const char* key) {
  return html(value::text_or(value, key, ""));
}

double number_in(const Value& value, const char* key) {
  const Value* found = value.find(key);
  if (found == nullptr) return 0;
  if (found->is_integer()) return static_cast<double>(found->integer());
  return found->is_real() ? found->real() : 0;
}

const Value* waiver_of(const Value& record, const std::string& gate) {
  for (const Value& one : items_of(record.find("waivers")))
    if (value::text_or(one, "gate", "") == gate) return &one;
  return nullptr;
}

// The looks of a report's recap.
std::string look_of(const Value& gate) {
  if (value::text_or(gate, "result", "") == "passed") return "ok";
  if (!value::boolean_or(gate, "blocks", true)) return "skipped";
  return value::text_or(gate, "result", "") == "failed" ? "failed" : "unreachable";
}

void write_head(std::ostream& out, const Value& record) {
  const bool is_passed = value::boolean_or(record, "passed", false);
  out << "<header>\n<h1>Gates of " << text_in(record, "instance") << "</h1>\n<p class=\"verdict "
      << (is_passed ? "good" : "bad") << "\">" << (is_passed ? "passes" : "does not pass")
      << "</p>\n<p>" << text_in(record, "finished")
      << (value::boolean_or(record, "whole", true) ? "" : "; some of its gates, not all")
      << (value::boolean_or(record, "deployed", false) ? "; with its platform" : "")
      << (text_in(record, "lock").empty() ? "" : "; lock " + text_in(record, "lock"))
      << "</p>\n</header>\n";
}

void write_table(std::ostream& out, const Value& record) {
  out << "<section id=recap>\n<h2>All gates</h2>\n<div class=scroll><table>\n<thead><tr><th>Gate"
         "<th>Result<th>What was found<th>Time</tr></thead>\n<tbody>\n";
  for (const Value& gate : items_of(record.find("gates"))) {
    const bool is_waived = waiver_of(record, value::text_or(gate, "id", "")) != nullptr;
    out << "<tr><td><b>" << text_in(gate, "id") << "</b> " << text_in(gate, "name")
        << "<td class=\"" << look_of(gate) << "\">" << text_in(gate, "result")
        << (is_waived ? ", waived" : "") << "<td>" << text_in(gate, "text") << "<td>"
        << html(duration_text(number_in(gate, "seconds"))) << "</tr>\n";
  }
  out << "</tbody>\n</table></div>\n</section>\n";
}

void write_reasons(std::ostream& out, const Value& record) {
  bool has_begun = false;
  for (const Value& gate : items_of(record.find("gates"))) {
    if (value::text_or(gate, "result", "") == "passed") continue;
    if (!has_begun) out << "<section id=failures>\n<h2>What does not pass</h2>\n";
    has_begun = true;
    out << "<article>\n<h3>" << text_in(gate, "id") << " " << text_in(gate, "name") << "</h3>\n<p>"
        << text_in(gate, "text") << "</p>\n";
    if (!items_of(gate.find("details")).empty()) out << "<ul>\n";
    for (const Value& detail : items_of(gate.find("details")))
      if (detail.is_string()) out << "<li>" << html(detail.text()) << "</li>\n";
    if (!items_of(gate.find("details")).empty()) out << "</ul>\n";
    if (const Value* waiver = waiver_of(record, value::text_or(gate, "id", "")))
      out << "<p>Waived by " << text_in(*waiver, "name") << " until " << text_in(*waiver, "until")
          << ": " << text_in(*waiver, "reason") << "</p>\n";
    else if (!text_in(gate, "hint").empty())
      out << "<p>Next: <code>" << text_in(gate, "hint") << "</code></p>\n";
    out << "</article>\n";
  }
  if (has_begun) out << "</section>\n";
}

}  // namespace

std::string gates_page(const Value& record) {
  std::ostringstream out;
  out << "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
         "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=color-scheme content=\"light dark\">\n"
         "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n<title>Gates of "
      << text_in(record, "instance") << "</title>\n<style>\n"
      << style_sheet() << "</style>\n</head>\n<body>\n<main>\n";
  write_head(out, record);
  write_table(out, record);
  write_reasons(out, record);
  out << "</main>\n</body>\n</html>\n";
  return out.str();
}

}  // namespace provisioner::view

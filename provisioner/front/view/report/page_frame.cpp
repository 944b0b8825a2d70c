// The page around what is told.

#include "provisioner/front/view/report/page_frame.h"

#include <ostream>

#include "provisioner/base/os/clock.h"
#include "provisioner/front/view/report/html.h"
#include "provisioner/front/view/report/style_sheet.h"

namespace provisioner::view {

void write_page_begin(std::ostream& out, const std::string& title, std::string_view more_style) {
  out << "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
         "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=color-scheme content=\"light dark\">\n"
         // Whatever stood in a text: nothing is fetched, nothing runs.
         "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n<title>"
      << html(title) << "</title>\n<style>\n"
      << style_sheet() << more_style << "</style>\n</head>\n<body>\n<main>\n";
}

void write_page_end(std::ostream& out) { out << "</main>\n</body>\n</html>\n"; }

std::string time_text(std::chrono::system_clock::time_point time) {
  std::string text = os::utc_seconds(time);
  text.pop_back();
  text[text.find('T')] = ' ';
  return text;
}

}  // namespace provisioner::view

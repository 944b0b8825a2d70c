#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <string_view>

namespace provisioner::view {

// What every page of ours begins and ends with: the style sheet of reports and `more_style`, and
// that nothing is fetched and nothing runs, whatever stood in a text.
void write_page_begin(std::ostream& out, const std::string& title,
                      std::string_view more_style = {});
void write_page_end(std::ostream& out);

std::string time_text(std::chrono::system_clock::time_point time);  // "2026-11-24 10:02:03"

}  // namespace provisioner::view

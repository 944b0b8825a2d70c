// Text for pages.

#include "provisioner/front/view/report/html.h"

#include <fmt/format.h>

#include <cmath>

#include "provisioner/base/base/text.h"

namespace provisioner::view {

std::string html(std::string_view text) {
  std::string page;
  for (const char byte : base::escape_for_terminal(text)) switch (byte) {
      case '&':
        page += "&amp;";
        break;
      case '<':
        page += "&lt;";
        break;
      case '>':
        page += "&gt;";
        break;
      case '"':
        page += "&quot;";
        break;
      case '\'':
        page += "&#39;";
        break;
      default:
        page += byte;
    }
  return page;
}

std::string shortened(const std::string& text, std::size_t lines, std::size_t bytes) {
  std::size_t end = 0, kept = 0, total = 0;
  for (const std::string_view line : base::lines_of(text)) {
    ++total;
    const auto line_end = static_cast<std::size_t>(line.data() - text.data()) + line.size();
    if (total > lines || line_end > bytes) continue;
    kept = total;
    end = line_end;
  }
  if (kept == total) return text;
  if (kept == 0) {  // one line that is too long
    end = bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + fmt::format("\n… {} bytes more", text.size() - end);
  }
  return text.substr(0, end) +
         fmt::format("\n… {} {} more", total - kept, total - kept == 1 ? "line" : "lines");
}

std::string duration_text(double seconds) {
  if (seconds < 9.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

}  // namespace provisioner::view

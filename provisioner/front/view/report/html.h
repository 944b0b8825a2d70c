#pragma once

#include <string>
#include <string_view>

namespace provisioner::view {

// Text from anywhere as text of a page: markup, control and bidirectional characters and bytes that
// are no UTF-8 are harmless behind it, also inside quoted attributes.
std::string html(std::string_view text);

// At most `lines` lines and `bytes` bytes of a text; what went is said on a line of its own.
std::string shortened(const std::string& text, std::size_t lines, std::size_t bytes);

std::string duration_text(double seconds);  // "0.3 s", "12 s", "4 min 05 s", "1 h 02 min"

}  // namespace provisioner::view

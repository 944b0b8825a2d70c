#pragma once

#include <string>
#include <string_view>

namespace provisioner::view {

// How many cells of a terminal a line takes: wide characters (CJK, emoji) two, combining ones none.
int shown_width(std::string_view line);

// At most `most` cells of a line; where something had to go, "…" stands at its end.
std::string cut_to(std::string_view line, int most);

// Lines of at most `most` characters, broken at blanks and behind hyphens, as Python's
// textwrap.wrap breaks them with its defaults: ansible-playbook's warnings have this shape.
std::string wrapped(std::string_view text, std::size_t most);

}  // namespace provisioner::view

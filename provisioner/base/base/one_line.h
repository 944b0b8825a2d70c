#pragma once

#include <string>
#include <string_view>

namespace provisioner::base {

// Remote bytes in one line of a listing: as `escape_for_terminal`, and newline and tab become \n
// and \t, so that nobody's text can begin a line or a column of its own.
std::string one_line(std::string_view text);

}  // namespace provisioner::base

#pragma once

#include <string>

namespace provisioner::cli {

// "n01: no route to host", in one line, escaped for the terminal; the name stands there once, also
// where the text begins with it.
std::string node_line(const std::string& node, const std::string& text);

// The text where the name stands before it already.
std::string without_name(const std::string& node, const std::string& text);

}  // namespace provisioner::cli

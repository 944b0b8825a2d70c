#pragma once

#include <iostream>
#include <string>

namespace provisioner::cli {

// One line of what goes on, at once and beside the output.
inline void say(const std::string& text) { std::cerr << text << std::endl; }

}  // namespace provisioner::cli

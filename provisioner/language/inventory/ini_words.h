#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/base/error.h"

namespace provisioner::inventory {

// One word of a host line, and where it began.
struct Word {
  std::string text;
  std::size_t offset = 0;
};

// Words as Python's shlex gives them with comments on: quotes and backslashes resolved, "#" ends
// the line even within a word. `pos` is the line's. Throws Error(input) on an open quote or a last
// backslash.
std::vector<Word> split_words(std::string_view line, base::Pos pos);

}  // namespace provisioner::inventory

#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"

namespace provisioner::inventory {

// One cell of a table, and where it stands.
struct Cell {
  std::string text;
  base::Pos pos;
};

// The rows of a comma-separated table (RFC 4180): quoted cells may hold commas, quotes ("") and
// newlines. Empty lines and lines that begin with '#' are left out; blanks around an unquoted cell
// do not count. Throws Error(input).
std::vector<std::vector<Cell>> read_csv(base::SourceId source);

}  // namespace provisioner::inventory

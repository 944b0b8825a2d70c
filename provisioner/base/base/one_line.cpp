// Text of others as a part of a line.

#include "provisioner/base/base/one_line.h"

#include "provisioner/base/base/text.h"

namespace provisioner::base {

std::string one_line(std::string_view text) {
  return replace_all(replace_all(escape_for_terminal(text), "\n", "\\n"), "\t", "\\t");
}

}  // namespace provisioner::base

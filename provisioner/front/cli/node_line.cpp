// What is said of a node, as a line.

#include "provisioner/front/cli/node_line.h"

#include "provisioner/base/base/text.h"

namespace provisioner::cli {

std::string node_line(const std::string& node, const std::string& text) {
  const std::string name = node + ": ";
  return (text.starts_with(name) ? "" : name) + base::escape_for_terminal(text);
}

}  // namespace provisioner::cli

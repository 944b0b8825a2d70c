// What is said of a node, as a line.

#include "provisioner/front/cli/node_line.h"

#include "provisioner/base/base/one_line.h"

namespace provisioner::cli {

std::string node_line(const std::string& node, const std::string& text) {
  return node + ": " + base::one_line(without_name(node, text));
}

std::string without_name(const std::string& node, const std::string& text) {
  const std::string name = node + ": ";
  return text.starts_with(name) ? text.substr(name.size()) : text;
}

}  // namespace provisioner::cli

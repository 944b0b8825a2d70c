// Lines about nodes, whoever says them.

#include "provisioner/front/cli/node_lines.h"

#include <ostream>

#include "provisioner/base/base/sentence.h"
#include "provisioner/front/cli/node_line.h"

namespace provisioner::cli {

void NodeLines::say(const std::string& node, const std::string& text) {
  const std::lock_guard guard(mutex_);
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(os::system_clock().now() - begun_).count();
  out_ << "[" << seconds << " s] " << node_line(node, text) << std::endl;
}

void NodeLines::say(const std::string& node, const base::Error& error) {
  say(node, base::sentence_of(error));
}

}  // namespace provisioner::cli

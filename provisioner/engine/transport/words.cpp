// Words that several messages share.

#include "provisioner/base/base/text.h"
#include "provisioner/engine/transport/link.h"

namespace provisioner::transport {

std::string silent_for(std::chrono::steady_clock::duration silence) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(silence).count();
  return "nothing was heard for " + std::to_string(seconds) +
         " s: the link is cut or the node is frozen";
}

std::string shown(std::string_view text, std::size_t most) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::lines_of(text.substr(0, most)))
    if (!base::trim(line).empty()) lines.emplace_back(base::trim(line));
  return base::escape_for_terminal(base::join(lines, " "));
}

}  // namespace provisioner::transport

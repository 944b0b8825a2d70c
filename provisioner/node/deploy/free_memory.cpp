// How much memory is left.
#include "provisioner/node/deploy/free_memory.h"

#include <charconv>

#include "provisioner/base/base/text.h"

namespace provisioner::deploy {

std::uint64_t free_memory(std::string_view meminfo) {
  constexpr std::string_view name = "MemAvailable:";
  for (const std::string_view line : base::lines_of(meminfo)) {
    if (!line.starts_with(name)) continue;
    const std::string_view rest = base::trim(line.substr(name.size()));
    std::uint64_t kibibytes = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), kibibytes);
    return kibibytes << 10;
  }
  return 0;
}

}  // namespace provisioner::deploy

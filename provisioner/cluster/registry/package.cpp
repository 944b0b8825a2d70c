// Words of packages.

#include "provisioner/cluster/registry/package.h"

#include <algorithm>

namespace provisioner::registry {

bool is_package_word(std::string_view text) {
  constexpr std::size_t longest = 512;  // bytes
  return !text.empty() && text.size() <= longest && std::ranges::all_of(text, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') ||
           std::string_view("-._~/+").find(letter) != std::string_view::npos;
  });
}

}  // namespace provisioner::registry

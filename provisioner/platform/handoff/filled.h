#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/base/base/text.h"

namespace provisioner::handoff {

// A text in which each of these words (@HOST@) is replaced by what it stands for.
inline std::string filled(std::string_view text,
                          const std::vector<std::pair<const char*, std::string>>& words) {
  std::string with_all(text);
  for (const auto& [word, with] : words)
    with_all = base::replace_all(std::move(with_all), word, with);
  return with_all;
}

}  // namespace provisioner::handoff

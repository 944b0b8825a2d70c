#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/platform/gates/trial.h"

namespace provisioner::gates {

// A node that takes notebooks, and what its images lie on.
struct NotebookNode {
  std::string name;
  std::optional<std::uint64_t> free = {};  // bytes; nullopt: it was not seen
  std::optional<std::string> lack = {};    // why the images that are pulled before do not fit
};

// P-9: `images` that are pulled before anybody asks for them. None where that cannot be known, and
// `unknown` says why: then a rule of thumb stands for them.
std::vector<Line> lines_of(const std::vector<NotebookNode>& nodes, std::size_t images,
                           const std::string& unknown);

}  // namespace provisioner::gates

#pragma once

#include <string_view>

namespace provisioner::handoff {

// A text of steps/ by its name without ".md", with words as @NAMESPACE@ to be filled in. Throws
// Error(bug) for one that there is not.
std::string_view step_text(std::string_view name);

}  // namespace provisioner::handoff

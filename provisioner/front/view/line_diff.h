#pragma once

#include <string>
#include <string_view>

namespace provisioner::view {

// The hunks of a unified diff ("@@ -1,3 +1,4 @@" ...) with `context` lines around each change; ""
// for equal texts. A last line without its newline is marked as diff does. Texts of more than
// 20,000 lines are shown as one hunk.
std::string unified_diff(std::string_view before, std::string_view after, int context);

}  // namespace provisioner::view

#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace provisioner::cluster {

// When an instance's cluster became what it is, as stages of this controller have made it: what was
// tried before speaks of another one. Kept in the instance's directory in the state.

// To be said before a stage that may change it: one that is cut off counts as having done so.
void begin_change(const std::string& directory);
void end_change(const std::string& directory, bool has_changed);

// nullopt where no stage has changed anything since there is such a record.
std::optional<std::chrono::sys_seconds> last_change(const std::string& directory);

}  // namespace provisioner::cluster

#pragma once

#include <string>
#include <vector>

#include "provisioner/base/store/event.h"

namespace provisioner::view {

// Events from JSON lines, in the shape that `--json` prints.
std::vector<store::Event> read_events(const std::string& lines);
store::Event read_event(const value::Value& line);

}  // namespace provisioner::view

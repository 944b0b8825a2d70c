#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/store/node_records.h"

namespace provisioner::reimage {

// What a line of a console means for somebody who waits for the machine: "its kernel panicked".
// nullopt for lines that say of no trouble.
std::optional<std::string> trouble_in(std::string_view console_line);

// The gravest trouble on the console after which nothing better was seen, with its last line.
std::optional<std::string> trouble_on_console(const std::vector<store::NodeLine>& lines);

// The last thing that somebody saw of the node: "last seen at 10:02:03Z by dhcp: DHCPACK ..."; ""
// where nobody saw anything.
std::string last_seen(const std::vector<store::NodeLine>& lines);

// Why a node did not come, from its flight recorder since it was armed: "it asked for an address,
// but never fetched its boot script: ...", with the last thing seen.
std::string likely_cause(const std::vector<store::NodeLine>& lines);

}  // namespace provisioner::reimage

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/language/inventory/graph.h"

namespace provisioner::inventory {

// The members of a pattern list: "a:&b:!c", "a,b", "a b". A text that is an address stays whole.
std::vector<std::string> split_pattern(std::string_view pattern);

// Names of the hosts that match, in Ansible's order (that of the patterns, then that of the
// groups).
// "@file" reads further patterns. Throws Error(input); unknown names are warnings.
std::vector<std::string> select_hosts(const Graph& graph, std::string_view pattern,
                                      base::Diagnostics& diagnostics);

bool is_local_name(std::string_view name);  // localhost, 127.0.0.1, ::1

}  // namespace provisioner::inventory

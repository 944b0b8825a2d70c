#pragma once

#include <cstdint>
#include <string_view>

namespace provisioner::inventory {

// What the inventory says of a disk against what was found.
bool is_same_wwn(std::string_view a, std::string_view b);  // in whatever spelling
// `gb` stands on the label, 10^9 bytes each; makers round, so it may be 2 % off.
bool is_labelled_size(std::int64_t bytes, std::int64_t gb);

}  // namespace provisioner::inventory

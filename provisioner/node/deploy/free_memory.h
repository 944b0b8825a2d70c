#pragma once

#include <cstdint>
#include <string_view>

namespace provisioner::deploy {

// What programs may still take, in bytes, from the text of /proc/meminfo (proc(5)); 0 where it does
// not say.
std::uint64_t free_memory(std::string_view meminfo);

}  // namespace provisioner::deploy

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace provisioner::store {

// A process that cannot be mistaken for another one that got its number later.
struct RunProcess {
  std::int64_t pid = 0;
  std::int64_t started_ticks = 0;  // proc(5), field 22 of stat
  std::string boot_id;
};

RunProcess own_process();
bool is_alive(const RunProcess& process);

}  // namespace provisioner::store

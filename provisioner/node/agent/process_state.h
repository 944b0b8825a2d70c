#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace provisioner::agent {

// What proc(5) tells of a process in /proc/PID/stat. State 'D' is a system call that nothing can
// interrupt.
struct ProcessStat {
  pid_t pid = 0, parent = 0, session = 0;
  char state = '\0';
  std::uint64_t started = 0;  // clock ticks since boot
};
std::optional<ProcessStat> stat_of(pid_t pid);

// How often it was given the processor and gave it back. A process that hangs in one call keeps its
// number.
std::uint64_t switches_of(pid_t pid);

// The type of the file system a path is on, or "". Touches nothing but /proc: it answers where the
// path does not.
std::string file_system_of(const std::string& path);

}  // namespace provisioner::agent

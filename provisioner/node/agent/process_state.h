#pragma once

#include <sys/types.h>

#include <string>

namespace provisioner::agent {

// A process as /proc tells it: 'D' is a system call that nothing can interrupt.
char state_of(pid_t pid);

// What a process does, for a person: "stat /home (nfs)" for one in a system call on a path, the name of the program it
// waits for, or "".
std::string doing_of(pid_t pid);

}  // namespace provisioner::agent

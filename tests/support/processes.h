#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace provisioner::tests {

// Waits until this is so; an exception ends the test after 30 seconds.
void wait_until(const std::string& what, const std::function<bool()>& is_so);

// Processes whose command line holds this word.
std::vector<pid_t> processes_with(const std::string& word);

// Children of a process, and theirs.
std::vector<pid_t> family_of(pid_t parent);

}  // namespace provisioner::tests

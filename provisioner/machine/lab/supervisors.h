#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {

// The processes of a lab's nodes that run now, by node name. Found by their command line, which
// holds the lab's directory, so that neither a lost nor an old pid file can mislead.
std::map<std::string, int> supervisors(const std::string& directory);

// Starts the process of one node in mount and network namespaces of its own, detached from us.
void start_supervisor(const Record& record, const std::string& node);

// The same for the one process of all virtual machines, in this machine's network.
void start_machine_supervisor(const Record& record);

// The node's process says that it is in its namespaces, its control group, and waits for its link.
void mark_ready(const std::string& directory, const std::string& node, int pid);
bool is_ready(const std::string& directory, const std::string& node, int pid);

// For a lab's own process: nobody reads what it says any more once the program that started it has
// gone.
void use_log(const std::string& path, mode_t mode);

// True while a process with this id is there and is no zombie.
bool is_alive(int pid);

}  // namespace provisioner::lab

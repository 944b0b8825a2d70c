#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "provisioner/base/os/process.h"
#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {

// The lab's own libvirtd: its configuration, sockets and state lie in the lab's directory, apart
// from any other of this machine.
std::string libvirt_uri(const std::string& directory);

// Starts it as a child, in the mount namespace of the caller, which must be its own: the places
// that libvirt has compiled in are replaced there. Returns when it answers. Throws Error(failed).
os::Child start_libvirt(const std::string& directory);

// virsh(1) on it. `run_virsh` throws Error(failed) where it fails.
os::CommandResult virsh(const std::string& directory, std::vector<std::string> words);
std::string run_virsh(const std::string& directory, std::vector<std::string> words);

// What a domain does just now, as libvirt says; throws Error(failed) where libvirt says nothing.
bool is_running(const std::string& directory, const std::string& machine);

}  // namespace provisioner::lab

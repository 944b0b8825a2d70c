#pragma once

#include <functional>
#include <string>

#include "provisioner/base/value/value.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::deploy {

// Waits until the disks that the kernel knows have been the same ones for a while: controllers find
// theirs long after their driver was loaded. Ends at a deadline, whatever there is then.
void wait_for_disks(const host::HostView& view,
                    const std::function<void(std::chrono::milliseconds)>& pause);

// Whether the switches at the other end of the cables are listened to, too: half a minute.
enum class Listening : bool { no, yes };

// The facts `disks` and those of the machine's parts, and `lldp` where it listens, under their
// plain names. What could not be gathered is said.
value::Dict machine_facts(const host::HostView& view, Listening listening,
                          const std::function<void(const std::string&)>& say);

}  // namespace provisioner::deploy

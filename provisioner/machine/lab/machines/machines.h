#pragma once

#include <string>
#include <vector>

#include "provisioner/machine/lab/lab.h"
#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {

// The name under which the machines' own process is found among the supervisors of a lab.
constexpr const char* machines_process = "(machines)";

std::string bmc_password_file(const std::string& directory);

// Makes the machines of the record, or what is missing of them: disks, libvirtd, BMCs. They are
// off. Throws Error(failed).
void start_machines(const Record& record);

// The body of the machines' own process, in a mount namespace: it enters the lab's control group,
// starts the keeper, and buries what libvirt leaves behind.
void supervise_machines(const std::string& directory);

}  // namespace provisioner::lab

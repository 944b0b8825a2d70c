#pragma once

#include <string>

#include "provisioner/base/os/files.h"

namespace provisioner::cli {

using os::state_directory;
std::string boot_directory();  // of the boot service, in the state directory
std::string pki_directory();   // the site's keys and certificates, in the state directory
std::string cluster_directory(
    const std::string& instance);  // what is kept of an instance's cluster
std::string operator_name();       // "alice@ctl1", the person behind sudo

}  // namespace provisioner::cli

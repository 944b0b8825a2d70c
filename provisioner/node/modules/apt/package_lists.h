#pragma once

#include <cstdint>
#include <string>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules::apt {

// When the package lists were last fetched, in seconds since the epoch; 0: never.
std::int64_t lists_time(const host::HostView& view);

// Whether the arguments ask for new lists now.
bool is_update_due(const host::HostView& view, const Arguments& arguments);

// `apt-get update`, tried again as the arguments say. Empty where it worked, else Ansible's
// message.
std::string update_lists(host::Host& host, const Arguments& arguments);

}  // namespace provisioner::modules::apt

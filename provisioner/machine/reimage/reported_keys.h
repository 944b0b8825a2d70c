#pragma once

#include <string>
#include <vector>

#include "provisioner/base/store/host_keys.h"
#include "provisioner/base/value/value.h"

namespace provisioner::reimage {

// The SSH host keys that a node made for its new system, from its report's `host_keys`: lines of
// ssh_host_*_key.pub. Throws Error(input) where there is none, or a line is no key.
std::vector<store::HostKey> reported_keys(const std::string& node, const value::Value& report);

// The node shows this key from now on. Those of the system before step down: were they shown
// again, an old disk would be back.
void pin_reported(store::HostKeyStore& keys, const std::vector<store::HostKey>& reported);

}  // namespace provisioner::reimage

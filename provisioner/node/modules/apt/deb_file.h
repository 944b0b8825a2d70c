#pragma once

#include <string>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules::apt {

// Whether the package of `deb` has to be installed, or why it cannot be.
struct DebFile {
  bool is_needed = false;
  std::string failure;
};
DebFile judge_deb(const host::HostView& view, const Arguments& arguments);

}  // namespace provisioner::modules::apt

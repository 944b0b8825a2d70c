#pragma once

#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules::apt {

// What apt-get has to be given so that the packages are as asked for; nothing: they are. `failure`
// is Ansible's message where that cannot be; `is_early` where Ansible says so before it knows the
// age of its lists.
struct Selection {
  std::vector<std::string> packages;  // "foo=1.2", "virtual-name"
  std::string failure;
  bool is_early = false;
};

Selection to_install(const host::HostView& view, const Arguments& arguments);
Selection to_remove(const host::HostView& view, const Arguments& arguments);

}  // namespace provisioner::modules::apt

#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules::systemd {

// A unit as `systemctl show` and the init scripts tell of it.
struct Unit {
  std::map<std::string, std::string> properties;
  bool is_unit = false;         // systemd knows it
  bool is_init_script = false;  // /etc/init.d has it
  bool is_masked = false;

  bool is_there() const { return is_unit || is_init_script; }
  std::string property(const std::string& name) const;
  bool is_running() const;
  bool is_stopping() const { return property("ActiveState") == "deactivating"; }
};

Unit look_at(const host::HostView& view, const std::string& name, const std::string& scope);

// `systemctl is-enabled`, with the answers that only look like yes.
bool is_enabled(const host::HostView& view, const Unit& unit, const std::string& name,
                const std::string& scope);

// No running systemd to talk to: in a chroot, or told so by SYSTEMD_OFFLINE.
bool is_offline(const host::HostView& view);

// "systemctl" with the flags that scope, no_block and force stand for.
std::vector<std::string> systemctl(const host::HostView& view, const Arguments& arguments);

}  // namespace provisioner::modules::systemd

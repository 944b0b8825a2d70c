#pragma once

#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/module.h"
#include "provisioner/node/wire/plan.h"

namespace provisioner::modules::apt {

// A call of apt-get, and the text that Ansible's messages show for it.
struct Call {
  std::vector<std::string> argv;
  std::string shown;  // "'/usr/bin/apt-get -y ... install 'foo=1.2''", without what is ours
};

Call install_call(const host::HostView& view, const Arguments& arguments,
                  const std::vector<std::string>& packages);
Call remove_call(const host::HostView& view, const Arguments& arguments,
                 const std::vector<std::string>& packages);
Call upgrade_call(const host::HostView& view, const Arguments& arguments, const std::string& mode);
Call cleanup_call(const host::HostView& view, const Arguments& arguments, const std::string& verb);

// Whether apt-get has done nothing because dpkg was cut off while it worked, by a signal or a lost
// power. It asks once it has the lock: a dpkg that works just now is not taken for one cut off.
bool finds_dpkg_interrupted(const host::CommandResult& answer);
// What makes good for it, and is all that can: what had been unpacked is configured.
wire::Step configure_step(const host::HostView& view);

// The same call as a question: what it would do.
std::vector<std::string> simulated(const Call& call);

// A call as a step; apt itself waits for dpkg's lock.
wire::Step step_of(const Call& call, const Arguments& arguments);

// The lines of apt-get's output that tell what changes, as Ansible's `diff` shows them.
std::string changes_in(const std::string& output);
bool says_nothing_changes(const std::string& output);

// The result of a call that failed: `msg`, and the cure where dpkg has been left half way.
value::Dict failure_of(const host::HostView& view, const Call& call,
                       const host::CommandResult& answer);

}  // namespace provisioner::modules::apt

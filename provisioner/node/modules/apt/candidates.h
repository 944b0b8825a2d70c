#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"

namespace provisioner::modules::apt {

// What apt could install of a name, as `apt-cache policy` tells it. No versions: a virtual package.
struct Candidates {
  std::string candidate;              // "" where there is none
  std::vector<std::string> versions;  // newest first
};

// One question for many names; a name that apt does not know is not in the answer.
std::map<std::string, Candidates> candidates_of(const host::HostView& view,
                                                const std::vector<std::string>& names,
                                                const std::string& release);

// The names that apt knows and that fit a pattern of fnmatch.
std::vector<std::string> names_like(const host::HostView& view, const std::string& pattern);

// The packages that provide a virtual one.
std::vector<std::string> providers_of(const host::HostView& view, const std::string& name);

}  // namespace provisioner::modules::apt

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/node/host/host_view.h"

namespace provisioner::modules::apt {

// A package that dpkg knows. `state` is the third word of its status: "installed", "config-files",
// "half-configured".
struct Package {
  std::string name, architecture, version, state;
  std::vector<std::string> provides;

  bool is_installed() const { return state == "installed"; }
  bool has_files() const { return state != "not-installed" && !state.empty(); }
};

// All packages of /var/lib/dpkg/status, read once.
class DpkgStatus {
 public:
  explicit DpkgStatus(const host::HostView& view);

  // By name, or "name:architecture"; nullptr where dpkg knows none.
  const Package* find(const std::string& name) const;
  bool is_provided(const std::string& name) const;  // by an installed package
  std::vector<std::string> installed_names() const;
  // "name (half-configured)" for each package that dpkg has not finished with.
  std::vector<std::string> unfinished() const;

 private:
  void add(std::string_view stanza);
  std::multimap<std::string, Package> packages_;
};

}  // namespace provisioner::modules::apt

#pragma once

#include <string>

#include "tests/cli/spoken.h"

namespace provisioner::platform {

// A desk with the inventory `hosts.yml` of one instance, 'main': a control-plane node and a worker
// that refuse all connections at once. What tests add stands in group_vars/instance_main.yml.
class SmallSite {
 public:
  SmallSite();

  cli::Desk& desk() { return desk_; }
  void say(const std::string& variables);  // of the instance
  std::string path(const std::string& name) const { return desk_.path() + "/" + name; }
  std::string state(const std::string& name) const;  // of the instance, in the state directory
  void write_state(const std::string& name, const std::string& text);

 private:
  cli::Desk desk_;
};

}  // namespace provisioner::platform

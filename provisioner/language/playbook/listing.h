#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioner/language/playbook/playbook.h"

namespace provisioner::playbook {

// What --list-hosts, --list-tasks and --list-tags show, as ansible-playbook prints it.
struct Listing {
  bool hosts = false, tasks = false, tags = false;
  std::vector<std::string> only_tags = {"all"}, skip_tags;
  // Evaluates templates in a play's name and hosts; without it they are shown as written.
  std::function<value::Value(const Play&, const value::Value&)> resolve;
  // A play's pattern and the hosts it selects; needed where `hosts` is set.
  std::function<std::vector<std::string>(const Play&)> hosts_of;
};

std::string list(const Playbook& playbook, const std::string& file, const Listing& listing);

}  // namespace provisioner::playbook

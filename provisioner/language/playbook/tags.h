#pragma once

#include <string>
#include <vector>

namespace provisioner::playbook {

// Whether --tags and --skip-tags choose a task with these (resolved) tags: "all", "tagged",
// "untagged", "always" and "never" have Ansible's meaning.
bool is_selected(const std::vector<std::string>& tags, const std::vector<std::string>& only,
                 const std::vector<std::string>& skip);

}  // namespace provisioner::playbook

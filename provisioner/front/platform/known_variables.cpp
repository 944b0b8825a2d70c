// By which names an inventory can say something.

#include "provisioner/front/platform/known_variables.h"

#include <algorithm>

#include "provisioner/base/os/content.h"
#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/cluster_site.h"
#include "provisioner/front/cli/instance_variables.h"
#include "provisioner/front/cli/reimage_plan.h"
#include "provisioner/front/cli/role_variables.h"
#include "provisioner/front/cluster/registry_site.h"
#include "provisioner/front/platform/gates_site.h"
#include "provisioner/front/platform/handoff_instance.h"
#include "provisioner/language/inventory/schema.h"

namespace provisioner::platform {
namespace {

// Those that are read one by one, and not with all that a command asks for.
const std::vector<std::string> single = {
    // of groups and their sources (language/inventory)
    "provisioner_schema", "ansible_group_priority",
    // of an instance (front/cluster, front/cli)
    "charts", "commons", "container_runtime_pause", "images_lock", "instance_name",
    "metrics_of_nodes", "user_groups",
    // how a host is reached, and who one is there (engine/run)
    "ansible_become", "ansible_become_exe", "ansible_become_flags", "ansible_become_method",
    "ansible_become_pass", "ansible_become_password", "ansible_become_user",
    "ansible_common_remote_group", "ansible_connection", "ansible_host",
    "ansible_host_key_checking", "ansible_managed", "ansible_password", "ansible_pipelining",
    "ansible_port", "ansible_private_key_file", "ansible_python_interpreter", "ansible_remote_tmp",
    "ansible_shell_executable", "ansible_shell_type", "ansible_ssh_args", "ansible_ssh_common_args",
    "ansible_ssh_extra_args", "ansible_ssh_host", "ansible_ssh_host_key_checking",
    "ansible_ssh_pass", "ansible_ssh_password", "ansible_ssh_port", "ansible_ssh_private_key_file",
    "ansible_ssh_timeout", "ansible_ssh_user", "ansible_sudo_exe", "ansible_sudo_flags",
    "ansible_sudo_pass", "ansible_timeout", "ansible_user"};

void sort_once(std::vector<std::string>& names) {
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
}

}  // namespace

std::vector<std::string> read_variables() {
  std::vector<std::string> names = single;
  for (const auto& more :
       {cli::site_variables(), cli::checked_variables(), cli::planned_variables(),
        cluster::registry_variables(), gates_variables(), handoff_variables()})
    names.insert(names.end(), more.begin(), more.end());
  for (const inventory::Member& key : inventory::node_schema()) names.push_back(key.name);
  sort_once(names);
  return names;
}

std::vector<std::string> known_variables() {
  std::vector<std::string> names = read_variables();
  const std::string roles = os::require_content("playbooks/roles", os::is_directory);
  for (const char* pattern : {"/*/defaults/*.yml", "/*/vars/*.yml"})
    for (const std::string& path : os::glob(roles + pattern))
      for (const auto& [key, its] : cli::variables_in(path))
        names.push_back(value::Dict::key_text(key));
  sort_once(names);
  return names;
}

}  // namespace provisioner::platform

#pragma once

#include <string>
#include <vector>

#include "provisioner/engine/run/options.h"
#include "provisioner/front/cli/ansible_config.h"

namespace CLI {
class App;
}

namespace provisioner::cli {

// The command line of `run`, as it was given; ansible-playbook's names and meanings.
struct RunWords {
  std::vector<std::string> playbooks, inventories, tags, skip_tags, extra_vars, vault_ids,
      vault_password_files, module_paths, allowed_below;
  std::string limit, user, private_key, connection, become_user, become_method;
  std::string become_password_file, connection_password_file, start_at_task;
  std::string ssh_common_args, ssh_extra_args, sftp_extra_args, scp_extra_args;
  int forks = 0, timeout = 0, verbosity = 0;
  bool check = false, diff = false, become = false, ask_become_pass = false, ask_pass = false,
       ask_vault_pass = false;
  bool list_hosts = false, list_tasks = false, list_tags = false, syntax_check = false,
       step = false;
  bool force_handlers = false, flush_cache = false, is_json = false, steal_locks = false,
       is_plan = false;
  bool no_color = false;
  std::string report_file;
};

// The inventories of a command, and the vault passwords that they are read with; `help` says what
// is looked for there. `words` must outlive the parsing.
void add_inventory_options(CLI::App& command, RunWords& words, const std::string& help);

// The one instance that a command is about, by its name.
void add_instance_option(CLI::App& command, std::string& instance);

// Puts the options of `run` on a command; `words` must outlive the parsing.
void add_run_options(CLI::App& command, RunWords& words);

// What the words and ansible.cfg together ask for. Reads vault and password files, asks for
// passwords on the terminal. What is odd goes to `diagnostics`. Throws Error(usage, input).
run::Options run_options(const RunWords& words, const AnsibleConfig& config,
                         base::Diagnostics& diagnostics);

// Throws Error(usage) where the options name no inventory.
void require_inventory(const run::Options& options);

// What -e says: "key=value ...", JSON or YAML, "@file"; later ones win. Throws Error(input).
value::Dict read_extra_vars(const std::vector<std::string>& words,
                            const std::vector<crypto::VaultSecret>& secrets,
                            base::Diagnostics& diagnostics);

}  // namespace provisioner::cli

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/base/secret.h"
#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/value/value.h"

namespace provisioner::run {

// What a person asked for: the command line and ansible.cfg, brought together. `run` keeps
// ansible-playbook's meaning for each.
struct Options {
  std::vector<std::string> playbooks;
  std::vector<std::string> inventories;
  std::string limit;  // a pattern; empty: all
  std::vector<std::string> tags = {"all"}, skip_tags;
  value::Dict extra_vars;
  bool check = false, diff = false;
  bool is_plan = false;  // check and diff, and what depends on a change is `unknown`
  int forks = 50;
  int verbosity = 0;
  std::string start_at_task;
  bool force_handlers = false;
  bool flush_cache = false;

  bool become = false;
  std::string become_user = "root", become_method = "sudo", become_flags, become_exe;
  base::Secret become_password;  // -K
  std::string remote_user;       // -u; empty: whoever runs us
  std::string private_key_file;
  std::string connection = "ssh";
  base::Secret connection_password;  // -k
  std::vector<std::string> ssh_args, ssh_common_args, ssh_extra_args;
  bool host_key_checking = true;
  int timeout = 10;  // seconds, of a connection
  int connection_attempts = 1;

  std::vector<crypto::VaultSecret> vault_secrets;
  std::string gathering = "implicit";  // implicit, explicit, smart
  std::string config_file;             // the ansible.cfg in force, for ansible_config_file
  std::vector<std::string> roles_path, collections_paths;
  bool is_any_errors_fatal = false;  // ANSIBLE_ANY_ERRORS_FATAL
  bool is_error_on_missing_handler = true;
  bool steal_locks = false;
  std::string command_line;  // as typed, redacted, for the record
  std::vector<std::string> module_paths;  // -M
};

}  // namespace provisioner::run

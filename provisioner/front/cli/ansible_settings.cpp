// Which keys of ansible.cfg there are.

#include "provisioner/front/cli/ansible_settings.h"

#include <algorithm>
#include <array>

namespace provisioner::cli {
namespace {

// What would change a run in Ansible and does not here.
constexpr std::array<Departure, 13> departures = {{
    {"defaults.ansible_managed", "Ansible managed", "the text is always 'Ansible managed'"},
    {"defaults.executable", "/bin/sh", "shell tasks use /bin/sh, or their own 'executable'"},
    {"defaults.gather_subset", "all", "a play's own 'gather_subset' decides"},
    {"defaults.hash_behaviour", "replace", "a variable is replaced whole, also a dict"},
    {"defaults.inject_facts_as_vars", "true", "facts are variables, too"},
    {"defaults.jinja2_extensions", "", "there are no extensions of templates"},
    {"defaults.jinja2_native", "false", "templates give text, or what a text of data stands for"},
    {"defaults.log_path", "", "each run is kept: provisioner runs show"},
    {"defaults.no_log", "false", "each task's own 'no_log' decides"},
    {"defaults.private_role_vars", "false", "variables of a role are seen by the play"},
    {"defaults.strategy", "linear", "the strategy is linear"},
    {"defaults.error_on_undefined_vars", "true", "an undefined variable is an error"},
    {"diff.context", "3", "three lines are shown around a change"},
}};

// How Ansible copies its modules, its caches, plugins and colours.
constexpr std::array idle_settings = {"defaults.stdout_callback",
                                      "defaults.callback_whitelist",
                                      "defaults.callbacks_enabled",
                                      "defaults.bin_ansible_callbacks",
                                      "defaults.interpreter_python",
                                      "defaults.retry_files_enabled",
                                      "defaults.retry_files_save_path",
                                      "defaults.deprecation_warnings",
                                      "defaults.command_warnings",
                                      "defaults.system_warnings",
                                      "defaults.localhost_warning",
                                      "defaults.nocows",
                                      "defaults.cow_selection",
                                      "defaults.strategy_plugins",
                                      "defaults.module_utils",
                                      "defaults.action_plugins",
                                      "defaults.filter_plugins",
                                      "defaults.lookup_plugins",
                                      "defaults.callback_plugins",
                                      "defaults.test_plugins",
                                      "defaults.vars_plugins",
                                      "defaults.connection_plugins",
                                      "defaults.fact_caching",
                                      "defaults.fact_caching_connection",
                                      "defaults.fact_caching_timeout",
                                      "defaults.fact_caching_prefix",
                                      "defaults.force_valid_group_names",
                                      "defaults.remote_tmp",
                                      "defaults.local_tmp",
                                      "defaults.poll_interval",
                                      "defaults.internal_poll_interval",
                                      "defaults.inventory_ignore_extensions",
                                      "defaults.gather_timeout",
                                      "defaults.module_name",
                                      "defaults.allow_world_readable_tmpfiles",
                                      "defaults.display_args_to_stdout",
                                      "defaults.display_failed_stderr",
                                      "defaults.no_target_syslog",
                                      "defaults.check_mode_markers",
                                      "defaults.role_skeleton",
                                      "defaults.pipelining",
                                      "ssh_connection.pipelining",
                                      "ssh_connection.control_path",
                                      "ssh_connection.control_path_dir",
                                      "ssh_connection.scp_if_ssh",
                                      "ssh_connection.sftp_batch_mode",
                                      "ssh_connection.transfer_method",
                                      "ssh_connection.usetty",
                                      "ssh_connection.ssh_executable",
                                      "connection.pipelining"};

constexpr std::array other_sections = {"galaxy",
                                       "inventory",
                                       "colors",
                                       "selinux",
                                       "persistent_connection",
                                       "paramiko_connection",
                                       "callback_profile_tasks",
                                       "sudo_become_plugin",
                                       "su_become_plugin",
                                       "jinja2",
                                       "netconf_connection",
                                       "defaults_galaxy"};

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> table = {
      {"defaults.inventory", {"ANSIBLE_INVENTORY"}},
      {"defaults.remote_user", {"ANSIBLE_REMOTE_USER"}},
      {"defaults.private_key_file", {"ANSIBLE_PRIVATE_KEY_FILE"}},
      {"defaults.forks", {"ANSIBLE_FORKS"}},
      {"defaults.timeout", {"ANSIBLE_TIMEOUT"}},
      {"defaults.host_key_checking", {"ANSIBLE_HOST_KEY_CHECKING"}},
      {"defaults.roles_path", {"ANSIBLE_ROLES_PATH"}},
      {"defaults.library", {"ANSIBLE_LIBRARY"}},
      {"defaults.collections_path", {"ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_COLLECTIONS_PATHS"}},
      {"defaults.collections_paths", {}},
      {"defaults.gathering", {"ANSIBLE_GATHERING"}},
      {"defaults.transport", {"ANSIBLE_TRANSPORT"}},
      {"defaults.vault_password_file", {"ANSIBLE_VAULT_PASSWORD_FILE"}},
      {"defaults.vault_identity_list", {"ANSIBLE_VAULT_IDENTITY_LIST"}},
      {"defaults.any_errors_fatal", {"ANSIBLE_ANY_ERRORS_FATAL"}},
      {"defaults.force_handlers", {"ANSIBLE_FORCE_HANDLERS"}},
      {"defaults.ask_pass", {"ANSIBLE_ASK_PASS"}},
      {"defaults.ask_vault_pass", {"ANSIBLE_ASK_VAULT_PASS"}},
      {"defaults.display_skipped_hosts",
       {"ANSIBLE_DISPLAY_SKIPPED_HOSTS", "DISPLAY_SKIPPED_HOSTS"}},
      {"defaults.display_ok_hosts", {"ANSIBLE_DISPLAY_OK_HOSTS"}},
      {"defaults.show_custom_stats", {"ANSIBLE_SHOW_CUSTOM_STATS"}},
      {"defaults.error_on_missing_handler", {"ANSIBLE_ERROR_ON_MISSING_HANDLER"}},
      {"defaults.verbosity", {"ANSIBLE_VERBOSITY"}},
      {"privilege_escalation.become", {"ANSIBLE_BECOME"}},
      {"privilege_escalation.become_user", {"ANSIBLE_BECOME_USER"}},
      {"privilege_escalation.become_method", {"ANSIBLE_BECOME_METHOD"}},
      {"privilege_escalation.become_ask_pass", {"ANSIBLE_BECOME_ASK_PASS"}},
      {"privilege_escalation.become_exe", {"ANSIBLE_BECOME_EXE"}},
      {"privilege_escalation.become_flags", {"ANSIBLE_BECOME_FLAGS"}},
      {"ssh_connection.ssh_args", {"ANSIBLE_SSH_ARGS"}},
      {"ssh_connection.ssh_common_args", {"ANSIBLE_SSH_COMMON_ARGS"}},
      {"ssh_connection.ssh_extra_args", {"ANSIBLE_SSH_EXTRA_ARGS"}},
      {"ssh_connection.retries", {"ANSIBLE_SSH_RETRIES"}},
      {"ssh_connection.host_key_checking", {"ANSIBLE_SSH_HOST_KEY_CHECKING"}},
      {"ssh_connection.timeout", {"ANSIBLE_SSH_TIMEOUT"}},
      {"defaults.nocolor", {"ANSIBLE_NOCOLOR"}},
      {"defaults.force_color", {"ANSIBLE_FORCE_COLOR"}},
      {"diff.always", {"ANSIBLE_DIFF_ALWAYS"}},
      {"tags.run", {"ANSIBLE_RUN_TAGS"}},
      {"tags.skip", {"ANSIBLE_SKIP_TAGS"}},
  };
  return table;
}

std::vector<std::string> idle_setting_names() {
  return {idle_settings.begin(), idle_settings.end()};
}

const Departure* departure(const std::string& name) {
  for (const Departure& one : departures)
    if (name == one.key) return &one;
  return nullptr;
}

bool is_idle_section(const std::string& section) {
  return section.starts_with("callback_") ||
         std::find(other_sections.begin(), other_sections.end(), section) != other_sections.end();
}

}  // namespace provisioner::cli

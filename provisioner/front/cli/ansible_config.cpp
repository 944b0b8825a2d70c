// ansible.cfg.

#include "provisioner/front/cli/ansible_config.h"

#include <sys/stat.h>

#include <cstdlib>
#include <set>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

// A key that is obeyed, and the variable that stands over it.
struct Setting {
  const char* key;
  std::vector<const char*> variables;
};

const std::vector<Setting>& settings() {
  static const std::vector<Setting> table = {
      {"defaults.inventory", {"ANSIBLE_INVENTORY"}},
      {"defaults.remote_user", {"ANSIBLE_REMOTE_USER"}},
      {"defaults.private_key_file", {"ANSIBLE_PRIVATE_KEY_FILE"}},
      {"defaults.forks", {"ANSIBLE_FORKS"}},
      {"defaults.timeout", {"ANSIBLE_TIMEOUT"}},
      {"defaults.host_key_checking", {"ANSIBLE_HOST_KEY_CHECKING"}},
      {"defaults.roles_path", {"ANSIBLE_ROLES_PATH"}},
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
      {"diff.always", {"ANSIBLE_DIFF_ALWAYS"}},
      {"tags.run", {"ANSIBLE_RUN_TAGS"}},
      {"tags.skip", {"ANSIBLE_SKIP_TAGS"}},
  };
  return table;
}

// Keys that Ansible has and that change nothing here: how it copies its modules, caches, plugins
// and colours.
const std::set<std::string>& idle_settings() {
  static const std::set<std::string> keys = {"defaults.stdout_callback",
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
                                             "defaults.nocolor",
                                             "defaults.force_color",
                                             "defaults.log_path",
                                             "defaults.strategy",
                                             "defaults.strategy_plugins",
                                             "defaults.library",
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
                                             "defaults.hash_behaviour",
                                             "defaults.jinja2_extensions",
                                             "defaults.jinja2_native",
                                             "defaults.inject_facts_as_vars",
                                             "defaults.inventory_ignore_extensions",
                                             "defaults.gather_timeout",
                                             "defaults.gather_subset",
                                             "defaults.module_name",
                                             "defaults.executable",
                                             "defaults.allow_world_readable_tmpfiles",
                                             "defaults.ansible_managed",
                                             "defaults.display_args_to_stdout",
                                             "defaults.display_failed_stderr",
                                             "defaults.no_target_syslog",
                                             "defaults.no_log",
                                             "defaults.show_custom_stats",
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
                                             "connection.pipelining",
                                             "diff.context"};
  return keys;
}

const std::set<std::string>& other_sections() {
  static const std::set<std::string> sections = {"galaxy",
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
  return sections;
}

std::string find_file(base::Diagnostics& diagnostics) {
  if (const char* given = std::getenv("ANSIBLE_CONFIG"); given != nullptr && *given != '\0') {
    const std::string path = os::is_directory(given) ? os::join_path(given, "ansible.cfg") : given;
    if (os::is_file(path)) return os::absolute(path);
  }
  if (os::is_file("ansible.cfg")) {
    struct stat status {};
    if (::stat(".", &status) == 0 && (status.st_mode & S_IWOTH) == 0)
      return os::absolute("ansible.cfg");
    diagnostics.warn(
        Error(Kind::input,
              "this directory can be written to by anybody: its ansible.cfg is not read")
            .set_hint("chmod o-w . or set ANSIBLE_CONFIG"));
  }
  for (const std::string& path :
       {os::home_directory() + "/.ansible.cfg", std::string("/etc/ansible/ansible.cfg")})
    if (os::is_file(path)) return path;
  return "";
}

bool is_truth(const std::string& text) {
  static const std::set<std::string> words = {"y", "yes", "on", "1", "true", "t", "1.0"};
  return words.contains(base::lower_case(base::trim(text)));
}

// "; comment" behind a value ends it, "# comment" does not, as Python's configparser is set up by
// Ansible.
std::string_view without_comment(std::string_view line) {
  for (std::size_t at = 1; at < line.size(); ++at)
    if (line[at] == ';' && (line[at - 1] == ' ' || line[at - 1] == '\t')) return line.substr(0, at);
  return line;
}

void check_key(const std::string& name, base::Pos pos, base::Diagnostics& diagnostics) {
  const std::string section = name.substr(0, name.find('.'));
  if (idle_settings().contains(name) || other_sections().contains(section) ||
      section.starts_with("callback_"))
    return;
  std::vector<std::string> known;
  for (const Setting& setting : settings()) {
    if (name == setting.key) return;
    known.emplace_back(setting.key);
  }
  known.insert(known.end(), idle_settings().begin(), idle_settings().end());
  Error warning(Kind::input, "ansible.cfg: nothing is known about '" + name + "'", pos);
  diagnostics.warn(warning.set_hint(base::suggestion(name, known)));
}

}  // namespace

AnsibleConfig AnsibleConfig::load(base::Diagnostics& diagnostics) {
  AnsibleConfig config;
  config.path_ = find_file(diagnostics);
  if (!config.path_.empty()) {
    const base::SourceId source =
        base::register_source(config.path_, os::require_file(config.path_));
    std::string section, last;
    std::uint32_t number = 0;
    for (std::string_view line : base::lines_of(source.source().text)) {
      const base::Pos pos{source, ++number, 1};
      const std::string_view text = base::trim(line);
      if (text.empty() || text.starts_with('#') || text.starts_with(';')) continue;
      if (text.starts_with('[') && text.ends_with(']')) {
        section = text.substr(1, text.size() - 2);
        continue;
      }
      if ((line[0] == ' ' || line[0] == '\t') && !last.empty()) {
        config.entries_[last].text += "\n" + std::string(text);
        continue;
      }
      const std::size_t end = text.find_first_of("=:");
      if (end == std::string_view::npos || section.empty())
        throw Error(Kind::input, "ansible.cfg: this is neither a [section] nor 'key = value'", pos);
      last = section + "." + base::lower_case(base::trim(text.substr(0, end)));
      check_key(last, pos, diagnostics);
      config.entries_[last] = {std::string(base::trim(without_comment(text.substr(end + 1)))),
                               false, pos};
    }
  }
  for (const Setting& setting : settings())
    for (const char* variable : setting.variables)
      if (const char* value = std::getenv(variable))
        config.entries_[setting.key] = {value, true, {}};
  return config;
}

const AnsibleConfig::Entry* AnsibleConfig::find(const std::string& section,
                                                const std::string& key) const {
  const auto entry = entries_.find(section + "." + key);
  return entry == entries_.end() ? nullptr : &entry->second;
}

std::optional<std::string> AnsibleConfig::text(const std::string& section,
                                               const std::string& key) const {
  const Entry* entry = find(section, key);
  if (entry == nullptr) return std::nullopt;
  return entry->text;
}

bool AnsibleConfig::flag(const std::string& section, const std::string& key, bool otherwise) const {
  const auto value = text(section, key);
  return value ? is_truth(*value) : otherwise;
}

int AnsibleConfig::number(const std::string& section, const std::string& key, int otherwise) const {
  const Entry* entry = find(section, key);
  if (entry == nullptr) return otherwise;
  char* end = nullptr;
  const long number = std::strtol(entry->text.c_str(), &end, 10);
  if (end == entry->text.c_str() || *end != '\0')
    throw Error(Kind::input, "'" + key + "' must be a whole number, not '" + entry->text + "'",
                entry->pos);
  return static_cast<int>(number);
}

std::string AnsibleConfig::resolved(const Entry& entry, const std::string& path) const {
  std::string text = base::replace_all(std::string(base::trim(path)), "{{CWD}}", os::absolute("."));
  if (text == "~" || text.starts_with("~/")) text = os::home_directory() + text.substr(1);
  if (text.empty() || text.starts_with('/')) return text;
  return entry.is_of_environment || path_.empty()
             ? os::absolute(text)
             : os::absolute(os::join_path(os::parent_of(path_), text));
}

std::optional<std::string> AnsibleConfig::file(const std::string& section,
                                               const std::string& key) const {
  const Entry* entry = find(section, key);
  if (entry == nullptr || entry->text.empty()) return std::nullopt;
  return resolved(*entry, entry->text);
}

std::vector<std::string> AnsibleConfig::files(const std::string& section, const std::string& key,
                                              char separator) const {
  std::vector<std::string> all;
  const Entry* entry = find(section, key);
  if (entry == nullptr) return all;
  for (const std::string& path : base::split(entry->text, separator))
    if (!base::trim(path).empty()) all.push_back(resolved(*entry, path));
  return all;
}

}  // namespace provisioner::cli

// The command line and ansible.cfg brought together.

#include <fcntl.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/read_yaml.h"
#include "provisioner/front/cli/passwords.h"
#include "provisioner/front/cli/run_words.h"
#include "provisioner/language/playbook/split_arguments.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Value;

std::string chosen(const std::string& word, const std::optional<std::string>& configured,
                   const std::string& otherwise = "") {
  return !word.empty() ? word : configured.value_or(otherwise);
}

// "-t a,b -t c" is a, b, c.
std::vector<std::string> tags_of(const std::vector<std::string>& words) {
  std::vector<std::string> tags;
  for (const std::string& word : words)
    for (const std::string& tag : base::split(word, ','))
      if (!base::trim(tag).empty()) tags.emplace_back(base::trim(tag));
  return tags;
}

std::vector<crypto::VaultSecret> vault_secrets(const RunWords& words, const AnsibleConfig& config) {
  std::vector<crypto::VaultSecret> secrets;
  std::vector<std::string> ids = words.vault_ids;
  if (ids.empty())
    if (const auto list = config.text("defaults", "vault_identity_list"))
      for (const std::string& id : base::split(*list, ',')) ids.emplace_back(base::trim(id));
  for (const std::string& id : ids)
    if (!id.empty()) secrets.push_back(vault_secret(id));
  for (const std::string& file : words.vault_password_files)
    secrets.push_back({"default", read_password(file), "--vault-password-file " + file});
  if (words.vault_password_files.empty())
    if (const auto file = config.file("defaults", "vault_password_file"))
      secrets.push_back({"default", read_password(*file), "vault_password_file " + *file});
  if (words.ask_vault_pass || config.flag("defaults", "ask_vault_pass", false))
    secrets.push_back({"default", ask_password("Vault password"), "--ask-vault-pass"});
  return secrets;
}

void add_passwords(run::Options& options, const RunWords& words, const AnsibleConfig& config) {
  if (!words.connection_password_file.empty())
    options.connection_password = read_password(words.connection_password_file);
  else if (words.ask_pass || config.flag("defaults", "ask_pass", false))
    options.connection_password = ask_password("SSH password");
  if (!words.become_password_file.empty()) {
    options.become_password = read_password(words.become_password_file);
  } else if (words.ask_become_pass ||
             config.flag("privilege_escalation", "become_ask_pass", false)) {
    const bool has_default = !options.connection_password.is_empty();
    options.become_password =
        ask_password(has_default ? "BECOME password[defaults to SSH password]" : "BECOME password");
    if (options.become_password.is_empty() && has_default)
      options.become_password = options.connection_password;
  }
}

void add_connection(run::Options& options, const RunWords& words, const AnsibleConfig& config) {
  options.remote_user = chosen(words.user, config.text("defaults", "remote_user"));
  options.private_key_file = chosen(words.private_key, config.file("defaults", "private_key_file"));
  options.connection = chosen(words.connection, config.text("defaults", "transport"), "ssh");
  if (options.connection == "smart") options.connection = "ssh";
  const auto ssh_words = [&](const char* key, const std::string& given) {
    const auto text = config.text("ssh_connection", key);
    return base::while_doing("reading '" + std::string(key) + "'", {}, [&] {
      return base::shell_split(!given.empty() ? given : text.value_or(""));
    });
  };
  options.ssh_args = ssh_words("ssh_args", "");
  options.ssh_common_args = ssh_words("ssh_common_args", words.ssh_common_args);
  options.ssh_extra_args = ssh_words("ssh_extra_args", words.ssh_extra_args);
  options.host_key_checking = config.flag("ssh_connection", "host_key_checking",
                                          config.flag("defaults", "host_key_checking", true));
  options.timeout = words.timeout > 0 ? words.timeout
                                      : config.number("ssh_connection", "timeout",
                                                      config.number("defaults", "timeout", 10));
  options.connection_attempts = 1 + config.number("ssh_connection", "retries", 0);
}

void add_become(run::Options& options, const RunWords& words, const AnsibleConfig& config) {
  const char* section = "privilege_escalation";
  options.become = words.become || config.flag(section, "become", false);
  options.become_user = chosen(words.become_user, config.text(section, "become_user"), "root");
  options.become_method =
      chosen(words.become_method, config.text(section, "become_method"), "sudo");
  options.become_exe = config.text(section, "become_exe").value_or("");
  options.become_flags = config.text(section, "become_flags").value_or("");
}

}  // namespace

value::Dict read_extra_vars(const std::vector<std::string>& words,
                            const std::vector<crypto::VaultSecret>& secrets,
                            base::Diagnostics& diagnostics) {
  value::Dict all;
  for (const std::string& word : words) {
    if (word.empty()) continue;
    Value read;
    if (word[0] == '@') {
      const std::string path = word.substr(1);
      read = value::read_yaml(
          base::register_source(crypto::opened({path, os::require_file(path)}, secrets)),
          diagnostics);
    } else {
      const base::SourceId source = base::register_source("-e", word);
      read = word[0] == '[' || word[0] == '{'
                 ? value::read_yaml(source, diagnostics)
                 : Value(playbook::parse_key_values(Value(word).at({source, 1, 1}), false));
    }
    if (read.is_none()) continue;
    if (word[0] == '@' && !read.is_dict())
      throw Error(
          Kind::input,
          "a file of variables must be a dict, this is " + std::string(value::name_of(read.kind())),
          read.pos());
    if (!read.is_dict() || read.dict().has("_raw_params"))
      throw Error(Kind::usage, "-e takes key=value words, a JSON object or @file, not '" +
                                   word.substr(0, 60) + "'");
    for (const auto& [key, one] : read.dict()) all.set(key, one);
  }
  return all;
}

run::Options run_options(const RunWords& words, const AnsibleConfig& config,
                         base::Diagnostics& diagnostics) {
  if (words.step)
    throw Error(Kind::usage, "--step is not there")
        .set_hint(
            "see what would change by: provisioner plan, or run parts of it with --tags and "
            "--start-at-task");
  run::Options options;
  options.playbooks = words.playbooks;
  options.inventories =
      words.inventories.empty() ? config.files("defaults", "inventory", ',') : words.inventories;
  if (options.inventories.empty() && os::exists("/etc/ansible/hosts"))
    options.inventories = {"/etc/ansible/hosts"};
  options.limit = words.limit;
  const auto tags = tags_of(
      words.tags.empty() ? std::vector{config.text("tags", "run").value_or("")} : words.tags);
  if (!tags.empty()) options.tags = tags;
  options.skip_tags =
      tags_of(words.skip_tags.empty() ? std::vector{config.text("tags", "skip").value_or("")}
                                      : words.skip_tags);
  options.vault_secrets = vault_secrets(words, config);
  options.extra_vars = read_extra_vars(words.extra_vars, options.vault_secrets, diagnostics);
  options.is_plan = words.is_plan;
  options.check = words.check || words.is_plan;
  options.diff = words.diff || words.is_plan || config.flag("diff", "always", false);
  options.forks = words.forks > 0 ? words.forks : config.number("defaults", "forks", 50);
  options.verbosity =
      words.verbosity > 0 ? words.verbosity : config.number("defaults", "verbosity", 0);
  options.start_at_task = words.start_at_task;
  options.force_handlers = words.force_handlers || config.flag("defaults", "force_handlers", false);
  options.flush_cache = words.flush_cache;
  options.gathering = config.text("defaults", "gathering").value_or("implicit");
  options.config_file = config.path();
  options.roles_path = config.files("defaults", "roles_path", ':');
  options.collections_paths = config.files("defaults", "collections_path", ':');
  if (options.collections_paths.empty())
    options.collections_paths = config.files("defaults", "collections_paths", ':');
  options.module_paths = config.files("defaults", "library", ':');
  for (const std::string& paths : words.module_paths)
    for (const std::string& path : base::split(paths, ':'))
      if (!path.empty()) options.module_paths.push_back(os::absolute(path));
  options.is_any_errors_fatal = config.flag("defaults", "any_errors_fatal", false);
  options.is_error_on_missing_handler = config.flag("defaults", "error_on_missing_handler", true);
  options.steal_locks = words.steal_locks;
  add_connection(options, words, config);
  add_become(options, words, config);
  add_passwords(options, words, config);
  return options;
}

void require_inventory(const run::Options& options) {
  if (options.inventories.empty())
    throw Error(Kind::usage, "no inventory is named")
        .set_hint("give one with -i, or by 'inventory' in ansible.cfg");
}

}  // namespace provisioner::cli

// The options of `run`.

#include "provisioner/front/cli/run_words.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/words_of_commands.h"

namespace provisioner::cli {
namespace {

// For options that are numbers: what CLI11 says by itself names types of C++.
std::string number_mistake(const std::string& text) {
  const bool is_number = !text.empty() && text.size() < 10 &&
                         text.find_first_not_of("0123456789") == std::string::npos;
  return is_number ? "" : "a whole number is expected, not '" + text + "'";
}

std::string forks_mistake(const std::string& text) {
  if (std::string mistake = number_mistake(text); !mistake.empty()) return mistake;
  return std::stoi(text) > 0 ? "" : "at least 1 is expected, not '" + text + "'";
}

// For options with few answers.
CLI::Validator one_of(std::vector<std::string> words) {
  const auto mistake = [words = std::move(words)](const std::string& text) -> std::string {
    if (std::find(words.begin(), words.end(), text) != words.end()) return "";
    return "'" + text + "' is not known here, only " + base::join(words, ", ");
  };
  return CLI::Validator(mistake, "", "");
}

void add_connection_options(CLI::App& command, RunWords& words) {
  const std::string group = "Connection";
  command.add_option("-u,--user", words.user, "connect as this user")->group(group);
  command
      .add_option("--private-key,--key-file", words.private_key,
                  "file of the private key to log in with")
      ->group(group);
  command.add_option("-c,--connection", words.connection, "ssh or local")
      ->check(one_of({"ssh", "local", "smart", "paramiko"}))
      ->group(group);
  command.add_option("-T,--timeout", words.timeout, "seconds a connection may take (10)")
      ->check(CLI::Validator(number_mistake, "", ""))
      ->group(group);
  command.add_flag("-k,--ask-pass", words.ask_pass, "ask for the password of the connection")
      ->group(group);
  command
      .add_option("--connection-password-file,--conn-pass-file", words.connection_password_file,
                  "file that holds it")
      ->group(group);
  command
      .add_option("--ssh-common-args", words.ssh_common_args,
                  "words for ssh, such as '-o ProxyJump=bastion'")
      ->group(group);
  command.add_option("--ssh-extra-args", words.ssh_extra_args, "more words for ssh")->group(group);
  command
      .add_option("--sftp-extra-args", words.sftp_extra_args,
                  "taken and not needed: nothing is copied by sftp")
      ->group(group);
  command
      .add_option("--scp-extra-args", words.scp_extra_args,
                  "taken and not needed: nothing is copied by scp")
      ->group(group);
}

void add_become_options(CLI::App& command, RunWords& words) {
  const std::string group = "Privilege escalation";
  command.add_flag("-b,--become", words.become, "run tasks as another user")->group(group);
  command.add_option("--become-user", words.become_user, "which one (root)")->group(group);
  command.add_option("--become-method", words.become_method, "sudo or su (sudo)")
      ->check(one_of({"sudo", "su"}))
      ->group(group);
  command
      .add_flag("-K,--ask-become-pass", words.ask_become_pass, "ask for the password that needs")
      ->group(group);
  command
      .add_option("--become-password-file,--become-pass-file", words.become_password_file,
                  "file that holds it")
      ->group(group);
}

void add_looking_options(CLI::App& command, RunWords& words) {
  const std::string group = "Looking only";
  command.add_flag("--list-hosts", words.list_hosts, "show the hosts, run nothing")->group(group);
  command.add_flag("--list-tasks", words.list_tasks, "show the tasks, run nothing")->group(group);
  command.add_flag("--list-tags", words.list_tags, "show the tags, run nothing")->group(group);
  command.add_flag("--syntax-check", words.syntax_check, "check the playbooks, run nothing")
      ->group(group);
}

}  // namespace

void add_inventory_options(CLI::App& command, RunWords& words, const std::string& help) {
  add_many(command, "-i,--inventory,--inventory-file", words.inventories, help);
  add_many(command, "--vault-id", words.vault_ids,
           "label@source of a vault password; source is a file, a program or 'prompt'");
  add_many(command, "--vault-password-file,--vault-pass-file", words.vault_password_files,
           "file that holds the vault password");
  command.add_flag("-J,--ask-vault-password,--ask-vault-pass", words.ask_vault_pass,
                   "ask for the vault password");
}

void add_instance_option(CLI::App& command, std::string& instance) {
  command.add_option("instance", instance, "its name: the group instance_NAME")->required();
}

void add_run_options(CLI::App& command, RunWords& words) {
  command.add_option("playbook", words.playbooks, "playbooks to run, in this order")->required();
  add_inventory_options(command, words, "inventory: a file, a directory, or 'host1,host2,'");
  command.add_option("-l,--limit", words.limit, "only these hosts: a pattern")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  add_many(command, "-t,--tags", words.tags, "only tasks with these tags");
  add_many(command, "--skip-tags", words.skip_tags, "not the tasks with these tags");
  add_many(command, "-e,--extra-vars", words.extra_vars,
           "variables over all others: key=value, JSON, @file");
  command.add_option("-f,--forks", words.forks, "hosts at one time (50)")
      ->check(CLI::Validator(forks_mistake, "", ""));
  command.add_flag("-C,--check", words.check, "change nothing, tell what would change");
  command.add_flag("-D,--diff", words.diff, "show what changes in files");
  command.add_option("--start-at-task", words.start_at_task, "begin at the task of this name");
  // Not offered, and taken all the same: who knows it from elsewhere is told what there is instead.
  command.add_flag("--step", words.step, "ask before each task")->group("");
  command.add_flag("--force-handlers", words.force_handlers,
                   "run notified handlers on hosts that failed, too");
  command.add_flag("--flush-cache", words.flush_cache, "forget facts that were kept");
  command.add_flag("-v,--verbose", words.verbosity, "tell more; -vv, -vvv, -vvvv still more");
  command.add_flag("--json", words.is_json, "one JSON object a line and event");
  command.add_flag("--no-color", words.no_color, "no colours");
  command.add_option("--report", words.report_file,
                     "write a page about the run to this file at its end");
  command.add_flag("--steal-locks", words.steal_locks,
                   "take nodes over from a run that was cut off");
  add_many(command, "--allow-below", words.allowed_below,
           "GROUP, or instance_NAME, that may fall below what it needs by a reboot");
  add_many(command, "-M,--module-path", words.module_paths,
           "more directories of modules, with ':' between them");
  add_connection_options(command, words);
  add_become_options(command, words);
  add_looking_options(command, words);
}

}  // namespace provisioner::cli

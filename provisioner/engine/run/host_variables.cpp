// Facts, set_fact values and included variables of one host.

#include "provisioner/engine/run/host_variables.h"

namespace provisioner::run {
namespace {

constexpr std::string_view fact_prefix = "ansible_";

// Names a node may not set through facts: they decide how the controller connects and what it
// executes.
bool is_connection_name(std::string_view name) {
  static constexpr std::string_view exact[] = {"ansible_connection",
                                               "ansible_host",
                                               "ansible_port",
                                               "ansible_user",
                                               "ansible_password",
                                               "ansible_shell_type",
                                               "ansible_shell_executable",
                                               "ansible_python_interpreter",
                                               "ansible_private_key_file",
                                               "ansible_pipelining",
                                               "ansible_common_remote_group",
                                               "inventory_hostname",
                                               "hostvars",
                                               "groups",
                                               "group_names"};
  static constexpr std::string_view prefixes[] = {"ansible_become", "ansible_ssh_",
                                                  "ansible_sudo",   "ansible_su_",
                                                  "ansible_winrm_", "ansible_psrp_"};
  for (std::string_view reserved : exact)
    if (name == reserved) return true;
  // Host keys are facts in spite of their prefix.
  if (name.starts_with("ansible_ssh_host_key_")) return false;
  for (std::string_view reserved : prefixes)
    if (name.starts_with(reserved)) return true;
  return false;
}

}  // namespace

void HostVariables::add_facts(const value::Dict& facts) {
  value::Dict named = facts_.dict();
  for (const auto& [key, fact] : facts) {
    const std::string name = value::Dict::key_text(key);
    const value::Value safe = fact.untrusted();
    if (!is_connection_name(name)) injected_.set(name, safe);
    if (name.starts_with(fact_prefix) && name != "ansible_local")
      named.set(name.substr(fact_prefix.size()), safe);
    else
      named.set(name, safe);
  }
  facts_ = value::Value(std::move(named)).untrusted();
}

void HostVariables::clear_facts() {
  injected_ = {};
  facts_ = value::Value(value::Dict()).untrusted();
}

}  // namespace provisioner::run

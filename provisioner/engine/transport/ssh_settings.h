#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/engine/transport/connections.h"
#include "provisioner/engine/transport/host_key_policy.h"

namespace provisioner::transport {

// How a node is reached, after the user's ssh configuration and the words of ansible_ssh_args have
// had their say.
struct SshSettings {
  std::string address;
  int port = 22;
  std::string user;
  std::vector<std::string> identity_files;  // to try, in order
  bool uses_agent = true;
  std::string agent_socket;  // IdentityAgent; empty: SSH_AUTH_SOCK
  std::string jump;          // ProxyJump
  bool has_command = false;  // ProxyCommand: only the `ssh` program goes that way
  std::string ciphers, key_exchanges, macs, host_key_algorithms;  // empty: ours
  HostKeyRules host_keys;
  // Not empty: the `ssh` program makes the connection, and why.
  std::string program_reason;

  // Whether its server is connected to from here, and not through a jump host or a command.
  bool is_direct() const { return jump.empty() && !has_command; }
};

using Directives =
    std::multimap<std::string, std::string>;  // keyword in lower case -> value, first one counts

// Words as ssh takes them: "-o Key=value", "-i file", "-J host". Switches that change nothing here
// are left out.
Directives directives_of(const std::vector<std::string>& words);

// The lines of `ssh -G`.
Directives directives_of_lines(std::string_view text);

// Whether a user's or the system's configuration says anything that matters, so that `ssh -G` must
// be asked.
bool has_configuration(const std::vector<std::string>& words);

// All of it for one endpoint; `ssh -G` is asked once for equal questions. Throws
// Error(unreachable).
SshSettings ssh_settings(const Endpoint& endpoint, const Access& access);

// The argument vector of the `ssh` program up to and with the host's name.
std::vector<std::string> program_words(const Endpoint& endpoint, const Access& access,
                                       const SshSettings& settings);

}  // namespace provisioner::transport

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::tests {

// A real sshd on a loopback address of its own, ended with this. Where we are root it has its own
// mounts: /run, /tmp, /var/tmp, /var/lib and /dev/shm are empty, the accounts are those of this
// machine and those asked for. Elsewhere only our own account can log in.
class SshServer {
 public:
  struct Account {
    std::string name;
    int uid = 0;
    std::string shell = "/bin/sh";
    std::string password = {};  // empty: none
  };
  struct Options {
    std::vector<std::string> config = {};  // lines of sshd_config, ahead of ours
    std::vector<Account> accounts = {};    // root only
    std::string mounts = {};               // shell commands before it starts; root only
    std::string key_type = "ed25519";      // of the host key
    std::string second_key_type = {};      // empty: one host key
  };

  SshServer();
  explicit SshServer(const Options& options);
  ~SshServer();

  const std::string& address() const { return address_; }
  int port() const { return 2022; }
  std::string user() const;  // who can log in always: ourselves

  std::string key_file() const { return directory_.path() + "/user_key"; }
  std::string host_key() const;     // "ssh-ed25519 AAAA..."
  std::string known_host() const;   // the line of a known_hosts file
  std::string fingerprint() const;  // "SHA256:..."
  std::string file(const std::string& name) const { return directory_.path() + "/" + name; }

  void accept_key_of(const SshServer& other) const;  // the user's

  void stop();                          // and all sessions
  void end_sessions();                  // as a crash or an administrator would
  void send_to_all(int signal);         // listener and sessions: SIGSTOP, SIGCONT
  std::vector<pid_t> sessions() const;  // sshd processes of connections
  std::string log() const;

 private:
  void make_keys(const Options& options);
  void make_accounts(const std::vector<Account>& accounts);
  void make_configuration(const Options& options);
  void start(const Options& options);
  std::string inside() const;  // our directory, as the server sees it

  os::TemporaryDirectory directory_{"provisioner-sshd"};
  std::string address_;
  std::vector<os::Child> daemon_;
};

// A key pair of its own at `path` and `path`.pub.
void make_key(const std::string& path, const std::string& type = "ed25519",
              const std::string& passphrase = {});

bool is_root();

}  // namespace provisioner::tests

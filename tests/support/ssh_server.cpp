// A real sshd for tests.

#include "tests/support/ssh_server.h"

#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>

#include "provisioner/base/base/text.h"
#include "tests/support/private_place.h"
#include "tests/support/processes.h"

namespace provisioner::tests {
namespace {

// 127.0.0.0/8 is all ours: tests that run side by side do not meet.
std::string own_address() {
  static std::atomic<int> count = 0;
  const int number = ::getpid();
  return "127." + std::to_string(10 + ++count % 200) + "." + std::to_string(number >> 8 & 0xFF) +
         "." + std::to_string(1 + (number & 0xFF) % 254);
}

void mount_over(const std::string& place, const char* source, const char* type,
                unsigned long flags = 0, const char* options = nullptr) {
  if (::mount(source, place.c_str(), type, flags, options) != 0)
    throw std::runtime_error("nothing can be mounted over " + place);
}

// A node that was just installed, for the calling thread; the directory is its /run/test.
void make_node_of(const std::string& directory, const std::string& commands) {
  mount_over("/run", "none", "tmpfs", 0, "mode=755");
  for (const char* place : {"/run/sshd", "/run/user", "/run/test"})
    os::make_directories(place, 0755);
  os::make_directories("/run/home", 0700);
  mount_over("/run/test", directory.c_str(), nullptr, MS_BIND);
  for (const char* place : {"/tmp", "/var/tmp", "/dev/shm"})
    mount_over(place, "none", "tmpfs", 0, "mode=1777");
  mount_over("/var/lib", "none", "tmpfs", 0, "mode=755");
  for (const std::string file : {"passwd", "shadow"})
    mount_over("/etc/" + file, ("/run/test/" + file).c_str(), nullptr, MS_BIND);
  if (!commands.empty()) os::run_checked({.argv = {"/bin/sh", "-c", "set -e\n" + commands}});
}

}  // namespace

bool is_root() { return ::geteuid() == 0; }

void make_key(const std::string& path, const std::string& type, const std::string& passphrase) {
  os::run_checked(
      {.argv = {"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", path, "-C", "test"}});
}

SshServer::SshServer() : SshServer(Options{}) {}

SshServer::SshServer(const Options& options) : address_(own_address()) {
  make_keys(options);
  if (is_root()) make_accounts(options.accounts);
  make_configuration(options);
  start(options);
}

SshServer::~SshServer() { stop(); }

std::string SshServer::user() const { return ::getpwuid(::geteuid())->pw_name; }
std::string SshServer::inside() const { return is_root() ? "/run/test" : directory_.path(); }
std::string SshServer::log() const { return os::read_file(file("log")).value_or(""); }

void SshServer::make_keys(const Options& options) {
  make_key(file("host_key"), options.key_type);
  if (!options.second_key_type.empty()) make_key(file("second_host_key"), options.second_key_type);
  make_key(file("user_key"));
  os::write_file(file("authorized_keys"), os::require_file(file("user_key.pub")), 0644);
  ::chmod(directory_.path().c_str(), 0755);
}

// What the home of this machine's root makes a login shell do is not the node's.
void SshServer::make_accounts(const std::vector<Account>& accounts) {
  const std::string here = os::require_file("/etc/passwd");
  std::string users = "root:x:0:0:root:/run/home:/bin/bash\n",
              secrets = os::require_file("/etc/shadow");
  for (const std::string_view line : base::lines_of(here))
    if (!line.starts_with("root:")) users += std::string(line) + "\n";
  for (const Account& account : accounts) {
    users +=
        account.name + ":x:" + std::to_string(account.uid) + ":65534::/:" + account.shell + "\n";
    const std::string hash = account.password.empty()
                                 ? "*"
                                 : os::run_checked({.argv = {"openssl", "passwd", "-6", "-stdin"},
                                                    .input = account.password + "\n"});
    secrets += account.name + ":" + std::string(base::trim(hash)) + ":19000:0:99999:7:::\n";
  }
  os::write_file(file("passwd"), users, 0644);
  os::write_file(file("shadow"), secrets, 0600);
}

void SshServer::make_configuration(const Options& options) {
  std::string text = base::join(options.config, "\n") + "\n";
  text += "ListenAddress " + address_ + ":" + std::to_string(port()) + "\n";
  text +=
      "HostKey " + inside() + "/host_key\nAuthorizedKeysFile " + inside() + "/authorized_keys\n";
  if (!options.second_key_type.empty()) text += "HostKey " + inside() + "/second_host_key\n";
  text += "PidFile none\nStrictModes no\nPermitRootLogin yes\nUsePAM no\nPrintLastLog no\n";
  text += "PrintMotd no\nLogLevel VERBOSE\nPasswordAuthentication no\n";
  text += "KbdInteractiveAuthentication no\nUseDNS no\n";
  os::write_file(file("sshd_config"), text, 0644);
}

void SshServer::start(const Options& options) {
  const std::string serve =
      "exec /usr/sbin/sshd -D -e -f " + inside() + "/sshd_config 2>" + inside() + "/log";
  const auto begin = [&] { daemon_.push_back(os::spawn({.argv = {"/bin/sh", "-c", serve}})); };
  if (is_root())
    with_own_mounts([&] {
      make_node_of(directory_.path(), options.mounts);
      begin();
    });
  else
    begin();
  wait_until("sshd listens", [&] {
    if (daemon_.back().wait({})) throw std::runtime_error("sshd has ended: " + log());
    return log().find("Server listening on ") != std::string::npos;
  });
}

std::string SshServer::host_key() const {
  const auto words = base::split(os::require_file(file("host_key.pub")), ' ');
  return words.at(0) + " " + words.at(1);
}

std::string SshServer::known_host() const {
  return "[" + address_ + "]:" + std::to_string(port()) + " " + host_key() + "\n";
}

std::string SshServer::fingerprint() const {
  return base::split(os::run_checked({.argv = {"ssh-keygen", "-l", "-f", file("host_key.pub")}}),
                     ' ')
      .at(1);
}

void SshServer::accept_key_of(const SshServer& other) const {
  os::write_file(
      file("authorized_keys"),
      os::require_file(file("user_key.pub")) + os::require_file(other.file("user_key.pub")), 0644);
}

std::vector<pid_t> SshServer::sessions() const {
  return daemon_.empty() ? std::vector<pid_t>{} : family_of(daemon_.front().pid());
}

void SshServer::end_sessions() {
  for (const pid_t pid : sessions()) ::kill(pid, SIGKILL);
}

void SshServer::send_to_all(int signal) {
  for (const pid_t pid : sessions()) ::kill(pid, signal);
  ::kill(daemon_.front().pid(), signal);
}

void SshServer::stop() {
  end_sessions();
  daemon_.clear();
}

}  // namespace provisioner::tests

// A real sshd for tests.

#include "tests/support/ssh_server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "provisioner/base/base/text.h"
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

bool is_answering(const std::string& address, int port) {
  const os::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, address.c_str(), &place.sin_addr);
  return ::connect(socket.number(), reinterpret_cast<sockaddr*>(&place), sizeof place) == 0;
}

constexpr const char* own_mounts = R"sh(set -e
mount -t tmpfs -o mode=755 none /run
mkdir /run/sshd /run/user /run/test
mount --bind "$1" /run/test
for place in /tmp /var/tmp /dev/shm; do mount -t tmpfs -o mode=1777 none $place; done
mount -t tmpfs -o mode=755 none /var/lib
for file in passwd shadow; do mount --bind "/run/test/$file" /etc/$file; done
)sh";

}  // namespace

bool is_root() { return ::geteuid() == 0; }

void make_key(const std::string& path, const std::string& type, const std::string& passphrase) {
  os::run_checked(
      {.argv = {"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", path, "-C", "test"}});
}

SshServer::SshServer() : SshServer(Options{}) {}

SshServer::SshServer(const Options& options) : address_(own_address()) {
  make_keys(options.key_type);
  if (is_root()) make_accounts(options.accounts);
  make_configuration(options);
  start(options);
}

SshServer::~SshServer() { stop(); }

std::string SshServer::user() const { return ::getpwuid(::geteuid())->pw_name; }
std::string SshServer::inside() const { return is_root() ? "/run/test" : directory_.path(); }
std::string SshServer::log() const { return os::read_file(file("log")).value_or(""); }

void SshServer::make_keys(const std::string& type) {
  make_key(file("host_key"), type);
  make_key(file("user_key"));
  os::write_file(file("authorized_keys"), os::require_file(file("user_key.pub")), 0644);
  ::chmod(directory_.path().c_str(), 0755);
}

void SshServer::make_accounts(const std::vector<Account>& accounts) {
  std::string users = os::require_file("/etc/passwd"), secrets = os::require_file("/etc/shadow");
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
  text += "PidFile none\nStrictModes no\nPermitRootLogin yes\nUsePAM no\nPrintLastLog no\n";
  text += "PrintMotd no\nLogLevel VERBOSE\nPasswordAuthentication no\n";
  text += "KbdInteractiveAuthentication no\nUseDNS no\n";
  os::write_file(file("sshd_config"), text, 0644);
}

void SshServer::start(const Options& options) {
  const std::string serve =
      "exec /usr/sbin/sshd -D -e -f " + inside() + "/sshd_config 2>" + inside() + "/log\n";
  std::vector<std::string> argv = {"/bin/sh", "-c", serve};
  if (is_root())
    argv = {"unshare",
            "-m",
            "--propagation",
            "private",
            "/bin/sh",
            "-c",
            own_mounts + options.mounts + "\n" + serve,
            "sh",
            directory_.path()};
  daemon_.push_back(os::spawn({.argv = argv}));
  wait_until("sshd answers: " + log(), [&] { return is_answering(address_, port()); });
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

// The life of one node, in a process of its own: a disk in memory over the lab's base, a link, and
// a power switch. Everything it makes lies in its own mount and network namespaces and goes with
// it.

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
#include <optional>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/lab/cgroups.h"
#include "provisioner/machine/lab/cluster_node.h"
#include "provisioner/machine/lab/machines/machines.h"
#include "provisioner/machine/lab/network.h"
#include "provisioner/machine/lab/supervisors.h"

namespace provisioner::lab {
namespace {

constexpr int reboot_status =
    133;  // systemd-nspawn --keep-unit ends with it when the node wants to boot again
constexpr std::chrono::seconds shutdown_deadline{20};
constexpr const char* disk_size = "2g";
constexpr const char* operators_home = "/var/home/ops";  // as images/lab/customize has made it

os::Command command(std::vector<std::string> argv) {
  return {.argv = std::move(argv), .input = {}, .directory = {}, .environment = {}};
}

class Chassis {
 public:
  Chassis(Record record, Node node)
      : record_(std::move(record)),
        node_(std::move(node)),
        cgroups_(record_.cgroups()),
        home_(node_directory(record_.directory, node_.name)) {}

  void assemble();
  void run();
  void dismantle();

 private:
  void mount_disk();
  void seed();
  void authorize(const std::string& home, uid_t owner);
  os::Command machine_command() const;
  void switch_on();
  void switch_off();
  void pull_plug();
  void note(Power power);
  std::string disk(const std::string& part) const { return home_ + "/disk/" + part; }

  Record record_;
  Node node_;
  Cgroups cgroups_;
  std::string home_;
  std::optional<os::Child> machine_;
};

void Chassis::assemble() {
  cgroups_.make(node_.name);
  pull_plug();  // a machine outlives a chassis that was killed
  cgroups_.enter_chassis(node_.name);
  mark_ready(record_.directory, node_.name, ::getpid());
  mount_disk();
  if (record_.is_cluster) make_volumes(home_);
  seed();
  bring_up(record_, node_, std::chrono::seconds(30));
}

void Chassis::mount_disk() {
  os::make_directories(home_ + "/disk");
  os::run_checked(command({"mount", "-t", "tmpfs", "-o", std::string("mode=0755,size=") + disk_size,
                           "tmpfs", home_ + "/disk"}));
  for (const char* part : {"upper", "work", "root"}) os::make_directories(disk(part));
  os::run_checked(command(
      {"mount", "-t", "overlay", "-o",
       "lowerdir=" + record_.base + ",upperdir=" + disk("upper") + ",workdir=" + disk("work"),
       "overlay", disk("root")}));
  // systemd-nspawn wants a place of its own below /run, and on its way out refuses to clean one
  // that is a real disk.
  os::run_checked(command({"mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run"}));
  os::make_directories("/run/systemd/nspawn");
  os::run_checked(
      command({"mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", "/run/systemd/nspawn"}));
}

void Chassis::authorize(const std::string& home, uid_t owner) {
  const std::string folder = disk("root") + home + "/.ssh", file = folder + "/authorized_keys";
  os::make_directories(folder, 0700);
  os::write_file(file, os::require_file(key_file(record_.directory) + ".pub"), 0600);
  for (const std::string& path : {folder, file})
    if (::chown(path.c_str(), owner, owner) != 0)
      throw base::Error(base::Kind::failed, "cannot give '" + path + "' to its user");
}

// What makes this node this node, in place before its first boot.
void Chassis::seed() {
  const std::string root = disk("root");
  const std::string key = host_key_file(record_.directory, node_.name);
  os::write_file(root + "/etc/ssh/ssh_host_ed25519_key", os::require_file(key), 0600);
  os::write_file(root + "/etc/ssh/ssh_host_ed25519_key.pub", os::require_file(key + ".pub"));
  os::write_file(root + "/etc/hostname", node_.name + "\n");
  os::write_file(root + "/etc/hosts", "127.0.0.1\tlocalhost\n127.0.1.1\t" + node_.name +
                                          "\n::1\tlocalhost ip6-localhost\n");
  // This machine says at once that it serves no names; others would never answer over the default
  // route.
  if (record_.is_cluster)
    os::write_file(root + "/etc/resolv.conf", "nameserver " + record_.controller() + "\n");
  authorize("/root", 0);
  struct stat home {};
  if (::stat((root + operators_home).c_str(), &home) != 0)
    throw base::Error(base::Kind::failed, "the base has no home of 'ops'");
  authorize(operators_home, home.st_uid);
}

void Chassis::note(Power power) {
  os::write_file(power_file(record_.directory, node_.name), power == Power::on ? "on\n" : "off\n");
}

os::Command Chassis::machine_command() const {
  os::Command start = command(
      {"setpriv", "--pdeathsig", "KILL", "systemd-nspawn", "--quiet", "--register=no",
       "--keep-unit", "--directory=" + disk("root"), "--machine=" + node_.name,
       "--hostname=" + node_.name,
       "--uuid=" + crypto::sha256(record_.cgroup + node_.name).substr(0, 32),
       "--network-namespace-path=/proc/" + std::to_string(::getpid()) + "/ns/net", "--console=pipe",
       "--resolv-conf=off", "--timezone=off", "--kill-signal=SIGRTMIN+3"});
  start.inherit_output = true;
  if (record_.is_cluster) {
    for (std::string& word : options_for_containers(home_)) start.argv.push_back(std::move(word));
    start.environment = environment_for_containers();
    return start;
  }
  start.argv.emplace_back("--capability=CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYSLOG");
  start.argv.emplace_back("--boot");
  start.environment = {{"SYSTEMD_NSPAWN_API_VFS_WRITABLE", "network"},
                       {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY", "1"}};
  return start;
}

void Chassis::switch_on() {
  if (record_.is_cluster) forget_network(record_, node_);
  cgroups_.enter_machine(node_.name);
  machine_ = os::spawn(machine_command());
  cgroups_.enter_chassis(node_.name);
  note(Power::on);
}

void Chassis::switch_off() {
  if (machine_) {
    machine_->kill(SIGTERM);
    machine_->wait(shutdown_deadline);
  }
  machine_.reset();
  pull_plug();
  note(Power::off);
}

// systemd-nspawn may die without taking its machine along, so the control group says who is to go.
void Chassis::pull_plug() {
  for (int round = 0; round < 250; ++round) {
    const std::vector<int> pids = cgroups_.processes(node_.name + "/machine");
    for (const int pid : pids) ::kill(pid, SIGKILL);
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (pids.empty()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// Reaps what the machine leaves behind, too: the init of this host may never do it.
void Chassis::dismantle() {
  machine_.reset();
  pull_plug();
}

// SIGUSR1 switches on, SIGUSR2 off, SIGTERM takes the node away.
void Chassis::run() {
  sigset_t orders;
  sigemptyset(&orders);
  for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM}) sigaddset(&orders, signal);
  switch_on();
  while (true) {
    const timespec moment{0, 100'000'000};
    const int order = ::sigtimedwait(&orders, nullptr, &moment);
    if (machine_)
      if (const auto status = machine_->wait(std::chrono::milliseconds(0))) {
        machine_.reset();
        pull_plug();
        if (*status == reboot_status && order <= 0)
          switch_on();
        else
          note(Power::off);
      }
    if (order == SIGUSR1 && !machine_) switch_on();
    if (order == SIGUSR2) switch_off();
    if (order == SIGTERM) return;
  }
}

}  // namespace

void supervise(const std::string& directory, const std::string& name) {
  if (name == machines_process) return supervise_machines(directory);
  sigset_t orders;
  sigemptyset(&orders);
  for (const int signal : {SIGUSR1, SIGUSR2, SIGTERM}) sigaddset(&orders, signal);
  ::sigprocmask(SIG_BLOCK, &orders, nullptr);
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);
  ::umask(022);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const auto record = read_record(directory);
  if (record && record->is_going) return;
  const Node* node = record ? record->find(name) : nullptr;
  if (node == nullptr)
    throw base::Error(base::Kind::usage,
                      "the lab in '" + directory + "' has no node '" + name + "'");
  use_log(os::join_path(node_directory(directory, name), "console.log"), 0644);
  Chassis chassis(*record, *node);
  chassis.assemble();
  chassis.run();
  chassis.dismantle();
}

}  // namespace provisioner::lab

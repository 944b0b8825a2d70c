// What keeps a lab's virtual machines: libvirtd, a BMC each, and who starts them again when they
// want to boot anew. In a process of its own, in a mount namespace and a control group.

#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/machine/lab/cgroups.h"
#include "provisioner/machine/lab/machines/chassis.h"
#include "provisioner/machine/lab/machines/libvirt_service.h"
#include "provisioner/machine/lab/machines/machines.h"
#include "provisioner/machine/lab/machines/site_services.h"
#include "provisioner/machine/lab/supervisors.h"

namespace provisioner::lab {
namespace {

using base::Error;
using base::Kind;

volatile std::sig_atomic_t is_over = 0;

os::Child start_bmc(const Record& record, const Machine& machine) {
  const std::string home = node_directory(record.directory, machine.name) + "/bmc";
  os::make_directories(home + "/state", 0700);
  const std::string chassis = os::real_path("/proc/self/exe") + " lab chassis --directory " +
                              record.directory + " " + machine.name;
  const std::string password(base::trim(os::require_file(bmc_password_file(record.directory))));
  os::write_file(home + "/lan.conf", ipmi_lan(machine, password, chassis), 0600);
  os::write_file(home + "/sim.emu", ipmi_emulation(machine));
  return os::spawn({.argv = {"setpriv", "--pdeathsig", "KILL", "ipmi_sim", "-c", home + "/lan.conf",
                             "-f", home + "/sim.emu", "-s", home + "/state", "-n"},
                    .directory = home,
                    .inherit_output = true});
}

MachineChassis chassis_of(const Record& record, const Machine& machine) {
  return {record.directory, record.bridge, machine};
}

void define(const Record& record, const Machine& machine) {
  const std::string home = node_directory(record.directory, machine.name);
  const std::string file = home + "/domain.xml";
  os::write_file(file, domain_xml(machine, record.bridge, home, BootDevice::disk));
  run_virsh(record.directory, {"define", file});
}

// QEMU's events as virsh prints them: "event SHUTDOWN at 1795900000.123 for domain 'n01':
// {"guest":true,"reason":"guest-reset"}". libvirt's own do not tell a reboot from a power-off.
class Events {
 public:
  explicit Events(const Record& record)
      : record_(record),
        child_(os::spawn({.argv = {"setpriv", "--pdeathsig", "KILL", "virsh", "--quiet",
                                   "--connect", libvirt_uri(record.directory),
                                   "qemu-monitor-event", "--loop", "--event", "SHUTDOWN"}})) {}

  // Takes what is there within half a second.
  void listen() {
    pollfd wait{child_.output().number(), POLLIN, 0};
    if (::poll(&wait, 1, 500) <= 0) return;
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(wait.fd, buffer.data(), buffer.size());
    if (count <= 0) throw Error(Kind::failed, "libvirt tells no events any more");
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end; (end = unread_.find('\n')) != std::string::npos;) {
      take(unread_.substr(0, end));
      unread_.erase(0, end + 1);
    }
  }

 private:
  void take(const std::string& line) {
    if (line.find("\"guest-reset\"") == std::string::npos) return;
    for (const Machine& machine : record_.machines)
      if (line.find(" domain '" + machine.name + "':") != std::string::npos)
        chassis_of(record_, machine).boot_again();
  }

  const Record& record_;
  os::Child child_;
  std::string unread_;
};

void heed_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { is_over = 1; };
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGHUP, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);
  ::umask(022);
}

void require_alive(std::vector<os::Child>& services) {
  for (os::Child& service : services)
    if (const auto status = service.wait(std::chrono::milliseconds(0)))
      throw Error(Kind::failed,
                  "a service of the lab ended with status " + std::to_string(*status));
}

// Waits for the keeper, and buries whoever is left behind meanwhile: libvirt's machines are
// children of nobody, and it waits until nothing is left of them.
void bury_until_gone(pid_t keeper) {
  while (true) {
    const pid_t ended = ::waitpid(-1, nullptr, 0);
    if (ended == keeper || (ended < 0 && errno == ECHILD)) return;
    if (is_over != 0) ::kill(keeper, SIGTERM);
  }
}

}  // namespace

void supervise_machines(const std::string& directory) {
  heed_signals();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const auto record = read_record(directory);
  if (!record || record->is_going) return;
  os::make_directories(node_directory(directory, machines_process));
  use_log(node_directory(directory, machines_process) + "/console.log", 0600);
  const Cgroups cgroups = record->cgroups();
  cgroups.make(machines_process);
  cgroups.enter_chassis(machines_process);
  bury_until_gone(os::spawn({.argv = {"setpriv", "--pdeathsig", "TERM",
                                      os::real_path("/proc/self/exe"), "lab", "keep-machines",
                                      "--directory", directory},
                             .inherit_output = true})
                      .release());
}

void keep_machines(const std::string& directory) {
  heed_signals();
  const auto record = read_record(directory);
  if (!record) return;
  std::vector<os::Child> services;
  services.push_back(start_libvirt(directory));
  const std::string controller = record->controller();
  const http::Server packages = serve_packages(controller, record->base);
  if (!record->services.exports.empty())
    services.push_back(serve_files(directory, controller, record->services));
  for (const Machine& machine : record->machines) define(*record, machine);
  for (const Machine& machine : record->machines) services.push_back(start_bmc(*record, machine));
  Events events(*record);
  mark_ready(directory, machines_process, ::getppid());
  while (is_over == 0) {
    events.listen();
    require_alive(services);
  }
}

}  // namespace provisioner::lab

// A lab's virtual machines: what they need before their own process can keep them.

#include "provisioner/machine/lab/machines/machines.h"

#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/lab/machines/chassis.h"
#include "provisioner/machine/lab/supervisors.h"

namespace provisioner::lab {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds ready_deadline{90};

void require_programs() {
  for (const char* program : {"libvirtd", "virsh", "qemu-img", "qemu-system-x86_64", "ipmi_sim",
                              "ganesha.nfsd"})
    if (!os::find_program(program))
      throw Error(Kind::failed, std::string("a lab of machines needs the program '") + program +
                                    "', which is not on this machine")
          .set_hint("scripts/setup installs all that the project needs");
}

void make_disks(const Record& record, const Machine& machine) {
  const std::string home = node_directory(record.directory, machine.name);
  os::make_directories(home);
  for (std::size_t at = 0; at < machine.disks.size(); ++at)
    if (!os::is_file(disk_file(home, at)))
      os::run_checked({.argv = {"qemu-img", "create", "-q", "-f", "qcow2", disk_file(home, at),
                                std::to_string(machine.disks[at].size)}});
}

void make_password(const std::string& directory) {
  const std::string file = bmc_password_file(directory);
  // IPMI 2.0 takes at most 20 bytes.
  if (!os::is_file(file)) os::write_file(file, crypto::random_token().substr(0, 16) + "\n", 0600);
}

}  // namespace

std::string answer_chassis(const std::string& directory, const std::string& name,
                           const std::vector<std::string>& order) {
  const auto record = read_record(directory);
  if (record)
    for (const Machine& machine : record->machines)
      if (machine.name == name) {
        MachineChassis chassis(directory, record->bridge, machine);
        return answer_chassis_order(chassis, order);
      }
  throw Error(Kind::usage, "the lab in '" + directory + "' has no machine '" + name + "'");
}

std::string bmc_password_file(const std::string& directory) {
  return os::join_path(directory, "bmc_password");
}

void start_machines(const Record& record) {
  require_programs();
  make_password(record.directory);
  for (const Machine& machine : record.machines) make_disks(record, machine);
  if (supervisors(record.directory).contains(machines_process)) return;
  start_machine_supervisor(record);
  const os::Instant end = os::system_clock().now() + ready_deadline;
  while (true) {
    const auto running = supervisors(record.directory);
    const auto found = running.find(machines_process);
    if (found != running.end() && is_ready(record.directory, machines_process, found->second))
      return;
    if (os::system_clock().now() > end)
      throw Error(Kind::failed, "the machines' own process did not start: see '" +
                                    node_directory(record.directory, machines_process) +
                                    "/console.log'");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace provisioner::lab

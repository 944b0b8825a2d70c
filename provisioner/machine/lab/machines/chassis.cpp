// The power switch of a virtual machine, and what its BMC asks of it.

#include "provisioner/machine/lab/machines/chassis.h"

#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/lab/directory_lock.h"
#include "provisioner/machine/lab/machines/libvirt_service.h"
#include "provisioner/machine/lab/record.h"

namespace provisioner::lab {
namespace {

constexpr std::chrono::seconds patience{60};  // with another change of the same machine
constexpr std::chrono::seconds ending{20};    // of a machine that said it does

}  // namespace

MachineChassis::MachineChassis(std::string directory, std::string bridge, Machine machine)
    : directory_(std::move(directory)),
      bridge_(std::move(bridge)),
      machine_(std::move(machine)) {}

std::string MachineChassis::home() const { return node_directory(directory_, machine_.name); }

bool MachineChassis::is_on() const { return is_running(directory_, machine_.name); }

BootDevice MachineChassis::next_boot() const {
  const bool is_network = os::read_file(home() + "/next_boot") == "network\n";
  return is_network ? BootDevice::network : BootDevice::disk;
}

void MachineChassis::start() {
  const std::string choice = home() + "/next_boot";
  const BootDevice first = next_boot();
  const std::string file = home() + "/domain.xml";
  os::write_file(file, domain_xml(machine_, bridge_, home(), first));
  os::write_file(home() + "/power", "on\n");
  run_virsh(directory_, {"define", file});
  run_virsh(directory_, {"start", machine_.name});
  os::remove_file(choice);
}

void MachineChassis::stop() {
  os::write_file(home() + "/power", "off\n");
  if (is_on()) run_virsh(directory_, {"destroy", machine_.name});
}

void MachineChassis::switch_on() {
  const os::Descriptor lock = lock_directory(home(), patience);
  if (!is_on()) start();
}

void MachineChassis::switch_off() {
  const os::Descriptor lock = lock_directory(home(), patience);
  stop();
}

void MachineChassis::reset() {
  const os::Descriptor lock = lock_directory(home(), patience);
  stop();
  start();
}

void MachineChassis::set_next_boot(BootDevice device) {
  os::write_file(home() + "/next_boot", device == BootDevice::network ? "network\n" : "disk\n");
}

void MachineChassis::boot_again() {
  const os::Descriptor lock = lock_directory(home(), patience);
  const os::Instant end = os::system_clock().now() + ending;
  while (is_on() && os::system_clock().now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  if (os::read_file(home() + "/power") == "on\n" && !is_on()) start();
}

std::string answer_chassis_order(MachineChassis& chassis, const std::vector<std::string>& words) {
  const std::string order = base::join(words, " ");
  if (order == "get power") return std::string("power:") + (chassis.is_on() ? "1" : "0") + "\n";
  if (order == "get boot")
    return std::string("boot:") +
           (chassis.next_boot() == BootDevice::network ? "pxe" : "default") + "\n";
  if (order == "set power 1")
    chassis.switch_on();
  else if (order == "set power 0")
    chassis.switch_off();
  else if (words.size() >= 2 && words[0] == "set" && words[1] == "reset")
    chassis.reset();
  else if (order == "set boot pxe")
    chassis.set_next_boot(BootDevice::network);
  else if (order == "set boot none" || order == "set boot default")
    chassis.set_next_boot(BootDevice::disk);
  else
    throw base::Error(base::Kind::usage, "a chassis does not know '" + order + "'");
  return "";
}

}  // namespace provisioner::lab

// A machine in libvirt's words.

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/machine/lab/machines/machine.h"

namespace provisioner::lab {
namespace {

// What Debian needs and no more: wide registers and crypto are slow in software, and a guest that
// has them loads the modules for them.
constexpr const char* processor =
    "<cpu mode='custom' match='exact' check='none'><model fallback='forbid'>Nehalem</model></cpu>";

// For what the emulator has translated of the guest's programs. Where it is full, all of that goes
// and is translated anew; a machine that is larger runs more programs.
int translations_mib(const Machine& machine) {
  return std::clamp(machine.memory_mib / 2, 256, 1024);
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '\'':
        safe += "&apos;";
        break;
      default:
        safe += letter;
    }
  }
  return safe;
}

// Always the same one for the same machine of the same lab.
std::string uuid_of(const std::string& directory) {
  std::string digits = crypto::sha256(directory).substr(0, 32);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) digits.insert(at, "-");
  return digits;
}

std::string firmware(const Machine& machine, const std::string& directory, BootDevice first) {
  std::string text = "<type arch='x86_64' machine='" +
                     std::string(machine.is_uefi ? "q35" : "pc") + "'>hvm</type>";
  if (machine.is_uefi)
    text += "<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>"
            "<nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>" +
            escaped(directory) + "/nvram.fd</nvram>";
  const char* devices = first == BootDevice::network ? "<boot dev='network'/><boot dev='hd'/>"
                                                     : "<boot dev='hd'/><boot dev='network'/>";
  return "<os>" + text + devices + "<smbios mode='sysinfo'/></os>";
}

std::string system_words(const Machine& machine, const std::string& uuid) {
  const auto entry = [](const char* name, const std::string& text) {
    return text.empty() ? "" : fmt::format("<entry name='{}'>{}</entry>", name, escaped(text));
  };
  return "<sysinfo type='smbios'><system>" + entry("manufacturer", machine.vendor) +
         entry("product", machine.model) + entry("serial", machine.serial) + entry("uuid", uuid) +
         "</system></sysinfo>";
}

std::string disk_words(const MachineDisk& disk, const std::string& directory, std::size_t number) {
  const std::string rotation =
      disk.rpm > 0 ? fmt::format(" rotation_rate='{}'", disk.rpm) : " rotation_rate='1'";
  std::string text = fmt::format(
      "<disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='unsafe' "
      "discard='unmap'/><source file='{}'/><target dev='sd{}' bus='scsi'{}/>",
      escaped(disk_file(directory, number)), static_cast<char>('a' + number), rotation);
  if (!disk.serial.empty()) text += "<serial>" + escaped(disk.serial) + "</serial>";
  if (!disk.wwn.empty()) text += "<wwn>" + escaped(disk.wwn) + "</wwn>";
  return text + "</disk>";
}

}  // namespace

std::string disk_file(const std::string& directory, std::size_t number) {
  return directory + "/disk" + std::to_string(number) + ".qcow2";
}

std::string serial_log(const std::string& directory) { return directory + "/console.log"; }

std::string domain_xml(const Machine& machine, const std::string& bridge,
                       const std::string& directory, BootDevice first) {
  const std::string uuid = uuid_of(directory);
  std::string devices = "<controller type='scsi' model='virtio-scsi'/>";
  for (std::size_t at = 0; at < machine.disks.size(); ++at)
    devices += disk_words(machine.disks[at], directory, at);
  for (const std::string& mac : machine.macs)
    devices += fmt::format(
        "<interface type='bridge'><source bridge='{}'/><mac address='{}'/><model type='virtio'/>"
        "</interface>",
        bridge, mac);
  devices += fmt::format(
      "<serial type='tcp'><source mode='bind' host='127.0.0.1' service='{}'/><protocol type='raw'/>"
      "<log file='{}' append='on'/></serial>"
      "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
      "<memballoon model='none'/>",
      machine.bmc_port, escaped(serial_log(directory)));
  return fmt::format(
      "<domain type='qemu'><name>{}</name><uuid>{}</uuid><memory unit='MiB'>{}</memory>"
      "<vcpu>{}</vcpu>{}{}<features><acpi/><tcg><tb-cache unit='MiB'>{}</tb-cache></tcg>"
      "</features>{}<on_poweroff>destroy</on_poweroff>"
      "<on_reboot>destroy</on_reboot><on_crash>destroy</on_crash><devices>{}</devices></domain>",
      escaped(machine.name), uuid, machine.memory_mib, machine.processors,
      system_words(machine, uuid), firmware(machine, directory, first),
      translations_mib(machine), processor, devices);
}

}  // namespace provisioner::lab

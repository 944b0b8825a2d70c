// The machine itself, its firmware, processors and memory.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "provisioner/base/base/text.h"
#include "provisioner/machine/hardware/looked.h"
#include "provisioner/machine/hardware/units.h"

namespace provisioner::hardware {
namespace {

constexpr std::int64_t mib_of_gib = 1024;
constexpr double clock_tolerance = 50;  // MHz: makers round the name

// "Dell" is "Dell Inc.", "PowerEdge R740" is "Dell PowerEdge R740".
bool is_named(const std::string& found, const std::string& wanted) {
  return base::lower_case(found).find(base::lower_case(wanted)) != std::string::npos;
}

const Spec& spec_of(const Looked& looked) {
  static const Spec none;
  return looked.subject->spec ? *looked.subject->spec : none;
}

void check_name(Looked& looked, const char* aspect, const std::string& found,
                const std::string& own, const std::string& of_spec) {
  const std::string& wanted = own.empty() ? of_spec : own;
  if (found.empty() || wanted.empty()) return;
  looked.differences.judge("machine", aspect);
  if (!is_named(found, wanted))
    looked.differences.add("machine", found, wanted,
                           own.empty() ? Because::spec : Because::inventory);
}

void check_firmware(Looked& looked) {
  const Spec& spec = spec_of(looked);
  const auto boot = must(looked.node().hardware.firmware, spec.firmware);
  if (boot.amount && !looked.machine.boot.empty()) {
    looked.differences.judge("firmware", "boot");
    const std::string wanted = *boot.amount == Spec::Firmware::uefi ? "uefi" : "bios";
    if (looked.machine.boot != wanted)
      looked.differences.add("firmware", "boots by " + looked.machine.boot, "by " + wanted,
                             boot.because);
  }
  const std::string& version = looked.machine.bios_version;
  if (version.empty()) return;
  if (!spec.bios_versions.empty()) {
    looked.differences.judge("firmware", "bios");
    if (std::ranges::find(spec.bios_versions, version) == spec.bios_versions.end())
      looked.differences.add("firmware", "BIOS " + version,
                             "BIOS " + base::join(spec.bios_versions, " or "), Because::spec);
  } else if (!spec.bios_minimum.empty() && is_older(version, spec.bios_minimum)) {
    looked.differences.judge("firmware", "bios");
    looked.differences.add("firmware", "BIOS " + version,
                           "BIOS " + spec.bios_minimum + " or newer", Because::spec);
  }
}

// In MHz, where the maker puts it into the name: "Intel(R) Xeon(R) Gold 6130 CPU @ 2.10GHz". What
// the kernel tells is the clock of this moment, or the highest.
double clock_of(const std::string& processor) {
  const std::size_t at = processor.find("@ ");
  if (at == std::string::npos || !processor.ends_with("GHz")) return 0;
  return std::atof(processor.c_str() + at + 2) * 1000;
}

std::string cores_text(std::int64_t sockets, std::int64_t cores) {
  return counted(sockets, "socket") + " with " + counted(cores, "core");
}

std::int64_t bytes_of(const std::vector<Dimm>& dimms) {
  std::int64_t bytes = 0;
  for (const Dimm& dimm : dimms) bytes += dimm.size;
  return bytes;
}

// What the specification says of single modules; nothing where the node has another amount.
bool has_own_amount(const Looked& looked) {
  const auto& own = looked.node().hardware.memory_gib;
  return own && own != spec_of(looked).memory_gib;
}

void check_modules(Looked& looked) {
  const Spec& spec = spec_of(looked);
  const std::vector<Dimm>& dimms = looked.machine.dimms;
  const auto total = must(looked.node().hardware.memory_gib, spec.memory_gib);
  std::string is = modules_text(dimms), should;
  if (!looked.empty_slots.empty())
    is += " (none in " + base::join(looked.empty_slots, ", ") + ")";
  Because because = Because::spec;
  if (spec.dimms && !has_own_amount(looked)) {
    looked.differences.judge("memory", "modules");
    const bool is_good =
        static_cast<std::int64_t>(dimms.size()) == *spec.dimms &&
        (!spec.dimm_gib || std::ranges::all_of(dimms, [&](const Dimm& dimm) {
          return dimm.size == *spec.dimm_gib << 30;
        }));
    if (is_good) return;
    should = spec.dimm_gib ? std::to_string(*spec.dimms) + " x " + gib_text(*spec.dimm_gib << 30)
                           : counted(*spec.dimms, "module");
  } else if (total.amount) {
    looked.differences.judge("memory", "modules");
    because = total.because;
    if (bytes_of(dimms) == *total.amount << 30) return;
    should = std::to_string(*total.amount) + " GiB";
  } else {
    return;
  }
  looked.differences.add("memory", is, should, because);
}

void check_speed(Looked& looked) {
  const auto& wanted = spec_of(looked).dimm_speed;
  if (!wanted || has_own_amount(looked)) return;
  looked.differences.judge("memory", "speed");
  std::vector<std::string> slow;
  for (const Dimm& dimm : looked.machine.dimms)
    if (dimm.speed > 0 && dimm.speed != *wanted)
      slow.push_back(dimm.slot + " at " + std::to_string(dimm.speed) + " MT/s");
  if (!slow.empty())
    looked.differences.add("memory", base::join(slow, ", "), std::to_string(*wanted) + " MT/s",
                           Because::spec);
}

// The kernel keeps about 1.6 % for itself, the firmware some hundred MiB.
void check_visible(Looked& looked) {
  const auto total = must(looked.node().hardware.memory_gib, spec_of(looked).memory_gib);
  const std::int64_t visible = looked.machine.visible_mib;
  if (!total.amount || visible == 0 || looked.differences.has("memory")) return;
  looked.differences.judge("memory", "visible");
  const std::int64_t wanted = *total.amount * mib_of_gib;
  const std::int64_t spare = std::max(wanted * 3 / 100, mib_of_gib);
  if (visible < wanted - spare)
    looked.differences.add("memory",
                           "the kernel sees " + gib_text(visible << 20),
                           std::to_string(*total.amount) + " GiB", total.because);
}

}  // namespace

std::string modules_text(const std::vector<Dimm>& dimms) {
  std::map<std::int64_t, int, std::greater<>> counts;
  for (const Dimm& dimm : dimms) ++counts[dimm.size];
  std::vector<std::string> kinds;
  for (const auto& [size, count] : counts)
    kinds.push_back(std::to_string(count) + " x " + gib_text(size));
  return base::join(kinds, ", ");
}

void check_machine(Looked& looked, const Owners& owners) {
  const inventory::Hardware& own = looked.node().hardware;
  const Spec& spec = spec_of(looked);
  const std::string& serial = looked.machine.serial;
  if (!serial.empty() && !own.serial.empty()) {
    looked.differences.judge("machine", "serial");
    const std::string owner = owners.machine(serial);
    looked.is_another_machine = serial != own.serial && !owner.empty();
    if (serial != own.serial)
      looked.differences.add(
          "machine", "serial " + serial + (owner.empty() ? "" : " (" + owner + "'s)"),
          "serial " + own.serial, Because::inventory);
  }
  check_name(looked, "vendor", looked.machine.vendor, own.vendor, spec.vendor);
  check_name(looked, "model", looked.machine.product, own.model, spec.model);
  check_firmware(looked);
}

void check_processors(Looked& looked) {
  const inventory::Hardware& own = looked.node().hardware;
  const Spec& spec = spec_of(looked);
  const Machine& machine = looked.machine;
  const auto sockets = must(own.sockets, spec.sockets);
  const auto cores = must(own.cores_per_socket, spec.cores_per_socket);
  if (machine.sockets > 0 && (sockets.amount || cores.amount)) {
    looked.differences.judge("processors", "count");
    const std::int64_t wanted = sockets.amount.value_or(machine.sockets);
    const std::int64_t wanted_cores = cores.amount ? wanted * *cores.amount : machine.cores;
    const bool is_good = machine.sockets == wanted &&
                         (!cores.amount || machine.cores == wanted_cores);
    if (!is_good)
      looked.differences.add("processors", cores_text(machine.sockets, machine.cores),
                             cores.amount ? cores_text(wanted, wanted_cores)
                                          : counted(wanted, "socket"),
                             std::min(sockets.amount ? sockets.because : cores.because,
                                      cores.amount ? cores.because : sockets.because));
  }
  if (spec.threads_per_core && machine.cores > 0) {
    looked.differences.judge("processors", "threads");
    const std::int64_t threads = machine.threads / machine.cores;
    if (threads != *spec.threads_per_core)
      looked.differences.add("processors", counted(threads, "thread") + " a core",
                             counted(*spec.threads_per_core, "thread"), Because::spec);
  }
  const auto clock = must(own.clock_mhz, spec.clock_mhz);
  const double found = clock_of(machine.processor);
  if (!clock.amount || found == 0) return;
  if (std::abs(found - static_cast<double>(*clock.amount)) <= clock_tolerance) return;
  looked.differences.judge("processors", "model");
  looked.differences.add("processors", machine.processor, std::to_string(*clock.amount) + " MHz",
                         clock.because);
}

void check_memory(Looked& looked) {
  if (!looked.machine.dimms.empty()) {
    check_modules(looked);
    check_speed(looked);
  }
  check_visible(looked);
}

}  // namespace provisioner::hardware

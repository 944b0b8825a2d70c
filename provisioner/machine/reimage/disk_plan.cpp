// Which disk of a node is erased, and what speaks against it.

#include "provisioner/machine/reimage/disk_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/same_disk.h"
#include "provisioner/machine/reimage/running_system.h"

namespace provisioner::reimage {
namespace {

using value::Value;

FoundSignature signature_of(const Value& facts) {
  return {value::text_or(facts, "where", ""), value::text_or(facts, "type", ""),
          value::text_or(facts, "uuid", ""), value::text_or(facts, "label", ""),
          value::integer_or(facts, "offset", 0)};
}

FoundDisk disk_of(const Value& facts) {
  FoundDisk disk{.name = value::text_or(facts, "name", ""),
                 .wwn = value::text_or(facts, "wwn", ""),
                 .serial = value::text_or(facts, "serial", ""),
                 .model = value::text_or(facts, "model", ""),
                 .slot = value::text_or(facts, "slot", ""),
                 .size = static_cast<std::uint64_t>(value::integer_or(facts, "size", 0)),
                 .is_rotational = value::boolean_or(facts, "is_rotational", false),
                 .is_mounted = value::boolean_or(facts, "is_mounted", false),
                 .is_read = value::boolean_or(facts, "is_read", true),
                 .signatures = {},
                 .mounts = {}};
  if (const Value* list = facts.find("signatures"); list != nullptr && list->is_list())
    for (const Value& one : list->list()) disk.signatures.push_back(signature_of(one));
  if (const Value* list = facts.find("mounts"); list != nullptr && list->is_list())
    for (const Value& one : list->list())
      disk.mounts.push_back({value::text_or(one, "where", ""), value::text_or(one, "path", "")});
  return disk;
}

// By which of the identities that the inventory gives a disk is the one: all of them must fit.
std::optional<std::string> fits(const inventory::Disk& wanted, const FoundDisk& found) {
  std::vector<std::string> by;
  if (!wanted.wwn.empty()) {
    if (!inventory::is_same_wwn(wanted.wwn, found.wwn)) return std::nullopt;
    by.emplace_back("wwn");
  }
  if (!wanted.serial.empty()) {
    if (wanted.serial != found.serial) return std::nullopt;
    by.emplace_back("serial");
  }
  if (wanted.slot && (by.empty() || !found.slot.empty())) {
    if (found.slot != std::to_string(*wanted.slot)) return std::nullopt;
    by.emplace_back("slot");
  }
  if (by.empty()) return std::nullopt;
  return base::join(by, " and ");
}

// Types as libblkid has them; a whole family by its beginning, RAID of firmware by its end. What
// LUKS, BitLocker or VDO hold nobody can see, and a btrfs may be one device of several.
bool is_foreign(const FoundSignature& signature, const FoundDisk& disk) {
  static constexpr std::array<std::string_view, 16> families = {
      "gpfs_nsd",  "VMFS", "gfs2", "ocfs",        "ceph",      "zfs",     "LVM",       "DM_",
      "bcache",    "drbd", "vdo",  "crypto_LUKS", "BitLocker", "stratis", "oracleasm", "vxfs"};
  const std::string lower = base::lower_case(signature.type);
  if (lower == "btrfs") return !is_running_system(disk);
  if (lower.ends_with("_raid_member")) return true;
  return std::ranges::any_of(families, [&](std::string_view family) {
    return lower.starts_with(base::lower_case(family));
  });
}

bool is_allowed(const std::vector<Override>& overrides, const std::string& disk,
                const std::string& signature) {
  return std::ranges::any_of(overrides, [&](const Override& one) {
    return one.disk == disk && one.signature == signature;
  });
}

std::string place(const FoundSignature& signature) {
  return signature.where == "disk" ? "the disk itself" : "partition " + signature.where;
}

// What is agreed to be lost: by whoever named it, and of the node's own mirror by its re-image.
struct Losses {
  const std::vector<Override>& overrides;
  std::set<std::string> own_arrays;  // by UUID

  bool hold(const std::string& disk, const FoundSignature& signature) const {
    const bool is_own =
        signature.type == "linux_raid_member" && own_arrays.contains(signature.uuid);
    return is_own || is_allowed(overrides, disk, signature.type);
  }
};

void add_problems(const DiskFate& fate, const inventory::Disk& wanted, const Losses& losses,
                  std::vector<std::string>& problems) {
  const FoundDisk& disk = fate.disk;
  const std::string who =
      fmt::format("disk '{}' ({}, serial {})", fate.name, disk.name, disk.serial);
  const auto size = static_cast<std::int64_t>(disk.size);
  if (wanted.size_gb && !inventory::is_labelled_size(size, *wanted.size_gb))
    problems.push_back(fmt::format("{} has {:.1f} GB, the inventory says {} GB", who,
                                   static_cast<double>(disk.size) / 1e9, *wanted.size_gb));
  if (!disk.is_read) problems.push_back(who + ": what lies on it could not be read");
  for (const FoundSignature& signature : disk.signatures)
    if (is_foreign(signature, disk) && !losses.hold(fate.name, signature))
      problems.push_back(fmt::format("{} holds {} on {}: --erase {}:{} agrees to lose it", who,
                                     signature.type, place(signature), fate.name, signature.type));
  const std::vector<std::string> mounts = mounts_beside_system(disk);
  const bool is_in_use = !mounts.empty() || (disk.is_mounted && disk.mounts.empty());
  if (is_in_use && !is_allowed(losses.overrides, fate.name, "mounted"))
    problems.push_back(fmt::format(
        "{} is in use{}: --erase {}:mounted agrees to lose what is on it", who,
        mounts.empty() ? "" : " at " + base::join(mounts, ", "), fate.name));
}

std::string identities(const inventory::Disk& wanted) {
  std::vector<std::string> words;
  if (!wanted.wwn.empty()) words.push_back("wwn " + wanted.wwn);
  if (!wanted.serial.empty()) words.push_back("serial " + wanted.serial);
  if (wanted.slot) words.push_back("slot " + std::to_string(*wanted.slot));
  return base::join(words, ", ");
}

using WantedDisks = std::vector<const inventory::Disk*>;

// One, or the two of a mirror; what speaks against what the inventory says is told.
WantedDisks system_disks(const inventory::Node& node, std::vector<std::string>& problems) {
  const bool is_mirror = node.deploy.layout == inventory::Deploy::Layout::mirror;
  WantedDisks systems;
  std::vector<std::string> names;
  for (const inventory::Disk& disk : node.disks) {
    if (disk.use != inventory::Disk::Use::system) continue;
    systems.push_back(&disk);
    names.push_back("'" + disk.name + "'");
  }
  if (systems.empty()) {
    problems.emplace_back("the inventory has no disk with 'use: system'");
  } else if (is_mirror && systems.size() != 2) {
    problems.push_back(fmt::format("the layout 'mirror' is of two disks, and the inventory has {} "
                                   "with 'use: system': {}",
                                   systems.size(), base::join(names, ", ")));
  } else if (!is_mirror && systems.size() > 1) {
    problems.push_back("the inventory has more than one disk for the system: " +
                       base::join(names, ", "));
  }
  return systems;
}

std::vector<const FoundDisk*> fitting(const inventory::Disk& wanted,
                                      const std::vector<FoundDisk>& found) {
  std::vector<const FoundDisk*> disks;
  for (const FoundDisk& disk : found)
    if (fits(wanted, disk)) disks.push_back(&disk);
  return disks;
}

// The system disks as they were found: each of them, or what speaks against it.
std::vector<const FoundDisk*> found_systems(const WantedDisks& systems,
                                            const std::vector<FoundDisk>& found,
                                            std::vector<std::string>& problems) {
  std::vector<const FoundDisk*> disks;
  for (const inventory::Disk* system : systems) {
    const std::vector<const FoundDisk*> those = fitting(*system, found);
    if (those.size() != 1)
      problems.push_back(fmt::format("{} of {} disks fit '{}' of the inventory ({})",
                                     those.empty() ? "none" : std::to_string(those.size()),
                                     found.size(), system->name, identities(*system)));
    else if (std::ranges::find(disks, those.front()) != disks.end())
      problems.push_back(fmt::format("the disk {} fits '{}' of the inventory, and another one too",
                                     those.front()->name, system->name));
    disks.insert(disks.end(), those.begin(), those.end());
  }
  return disks;
}

DiskFate fate_of(const FoundDisk& disk, const inventory::Node& node, const WantedDisks& systems) {
  DiskFate fate{.disk = disk, .name = {}, .is_erased = false, .because = "not in the inventory"};
  for (const inventory::Disk& wanted : node.disks) {
    const auto by = fits(wanted, disk);
    if (!by) continue;
    const auto system = std::ranges::find(systems, &wanted);
    fate.name = wanted.name;
    fate.is_erased = system != systems.end();
    fate.number = static_cast<std::size_t>(system - systems.begin());
    fate.because = "'" + wanted.name + "' by " + *by;
    if (!fate.is_erased) break;
    if (is_running_system(disk)) fate.because += "; the node runs from it now";
  }
  return fate;
}

}  // namespace

std::vector<FoundDisk> found_disks(const Value& facts) {
  std::vector<FoundDisk> disks;
  if (const Value* list = facts.find("disks"); list != nullptr && list->is_list())
    for (const Value& one : list->list()) disks.push_back(disk_of(one));
  return disks;
}

std::vector<const DiskFate*> DiskPlan::erased() const {
  std::vector<const DiskFate*> fates;
  for (const DiskFate& fate : disks)
    if (fate.is_erased) fates.push_back(&fate);
  std::ranges::sort(fates, {}, &DiskFate::number);
  return fates;
}

DiskPlan plan_disks(const inventory::Node& node, const std::vector<FoundDisk>& found,
                    const std::vector<Override>& overrides) {
  DiskPlan plan;
  const WantedDisks systems = system_disks(node, plan.problems);
  std::vector<std::string> misfits;
  const std::vector<const FoundDisk*> system_found = found_systems(systems, found, misfits);
  const Losses losses{overrides, arrays_of_mirror(system_found, found)};
  for (const FoundDisk& disk : found) {
    DiskFate fate = fate_of(disk, node, systems);
    if (fate.is_erased) add_problems(fate, *systems[fate.number], losses, plan.problems);
    if (!fate.is_erased && std::ranges::find(system_found, &disk) != system_found.end())
      plan.problems.push_back(fmt::format(
          "the disk {} fits a system disk of the inventory, and '{}' as well, which is kept",
          disk.name, fate.name));
    if (disk.wwn.empty() && disk.serial.empty())
      plan.problems.push_back(fmt::format(
          "the disk {} of {:.1f} GB has neither WWN nor serial: after a boot nobody could tell it "
          "from another; take it out, or give it a serial",
          disk.name, static_cast<double>(disk.size) / 1e9));
    plan.disks.push_back(std::move(fate));
  }
  plan.problems.insert(plan.problems.end(), misfits.begin(), misfits.end());
  return plan;
}

Value expected(const FoundDisk& disk) {
  value::List signatures;
  for (const FoundSignature& one : disk.signatures)
    signatures.emplace_back(value::Dict{{"where", one.where},
                                        {"type", one.type},
                                        {"uuid", one.uuid},
                                        {"label", one.label},
                                        {"offset", one.offset}});
  return value::Dict{{"wwn", disk.wwn},
                     {"serial", disk.serial},
                     {"size", static_cast<std::int64_t>(disk.size)},
                     {"signatures", std::move(signatures)}};
}

}  // namespace provisioner::reimage

// Which disk of a node is erased, and what speaks against it.

#include "provisioner/machine/reimage/disk_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/text_forms.h"

namespace provisioner::reimage {
namespace {

using value::Value;

constexpr double size_tolerance = 0.02;  // makers round

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
    if (inventory::plain_wwn(base::trim(wanted.wwn)) !=
        inventory::plain_wwn(base::trim(found.wwn)))
      return std::nullopt;
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

// Types as libblkid has them; a whole family by its beginning.
bool is_foreign(const std::string& type) {
  static constexpr std::array<std::string_view, 11> families = {
      "gpfs_nsd",   "VMFS",   "gfs2",   "ocfs2", "ceph",        "zfs",
      "LVM",        "linux_raid", "bcache", "drbd",  "crypto_LUKS"};
  const std::string lower = base::lower_case(type);
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

// What node/deploy's layout makes.
bool is_image_cache(const FoundDisk& disk, const std::string& where) {
  return std::ranges::any_of(disk.signatures, [&](const FoundSignature& one) {
    return one.where == where && one.label == "image-cache";
  });
}

bool is_of_system(const FoundDisk& disk, const FoundMount& mount) {
  static constexpr std::array<std::string_view, 5> paths = {"/", "/boot", "/efi", "/usr", "[SWAP]"};
  return std::ranges::find(paths, mount.path) != paths.end() ||
         mount.path.starts_with("/boot/") || is_image_cache(disk, mount.where);
}

// The system that runs now is what a re-image replaces.
bool is_running_system(const FoundDisk& disk) {
  return std::ranges::any_of(disk.mounts, [](const FoundMount& one) { return one.path == "/"; });
}

std::vector<std::string> mounts_beside_system(const FoundDisk& disk) {
  std::vector<std::string> paths;
  for (const FoundMount& mount : disk.mounts)
    if (!is_running_system(disk) || !is_of_system(disk, mount)) paths.push_back(mount.path);
  return paths;
}

std::string place(const FoundSignature& signature) {
  return signature.where == "disk" ? "the disk itself" : "partition " + signature.where;
}

void add_problems(const DiskFate& fate, const inventory::Disk& wanted,
                  const std::vector<Override>& overrides, std::vector<std::string>& problems) {
  const FoundDisk& disk = fate.disk;
  const std::string who =
      fmt::format("disk '{}' ({}, serial {})", fate.name, disk.name, disk.serial);
  if (wanted.size_gb) {
    const double said = static_cast<double>(*wanted.size_gb) * 1e9;
    if (std::abs(static_cast<double>(disk.size) - said) > said * size_tolerance)
      problems.push_back(fmt::format("{} has {:.1f} GB, the inventory says {} GB", who,
                                     static_cast<double>(disk.size) / 1e9, *wanted.size_gb));
  }
  if (!disk.is_read) problems.push_back(who + ": what lies on it could not be read");
  for (const FoundSignature& signature : disk.signatures)
    if (is_foreign(signature.type) && !is_allowed(overrides, fate.name, signature.type))
      problems.push_back(fmt::format("{} holds {} on {}: --erase {}:{} agrees to lose it", who,
                                     signature.type, place(signature), fate.name, signature.type));
  const std::vector<std::string> mounts = mounts_beside_system(disk);
  const bool is_in_use = !mounts.empty() || (disk.is_mounted && disk.mounts.empty());
  if (is_in_use && !is_allowed(overrides, fate.name, "mounted"))
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

const inventory::Disk* system_disk(const inventory::Node& node,
                                   std::vector<std::string>& problems) {
  const inventory::Disk* system = nullptr;
  if (node.deploy.layout == inventory::Deploy::Layout::mirror)
    problems.emplace_back("the layout 'mirror' cannot be written yet: deploy: {layout: single}");
  for (const inventory::Disk& disk : node.disks) {
    if (disk.use != inventory::Disk::Use::system) continue;
    if (system != nullptr)
      problems.push_back("the inventory has two disks for the system: '" + system->name +
                         "' and '" + disk.name + "'");
    system = &disk;
  }
  if (system == nullptr) problems.emplace_back("the inventory has no disk with 'use: system'");
  return system;
}

}  // namespace

std::vector<FoundDisk> found_disks(const Value& facts) {
  std::vector<FoundDisk> disks;
  if (const Value* list = facts.find("disks"); list != nullptr && list->is_list())
    for (const Value& one : list->list()) disks.push_back(disk_of(one));
  return disks;
}

const DiskFate* DiskPlan::erased() const {
  const auto found = std::ranges::find_if(disks, &DiskFate::is_erased);
  return found == disks.end() ? nullptr : &*found;
}

DiskPlan plan_disks(const inventory::Node& node, const std::vector<FoundDisk>& found,
                    const std::vector<Override>& overrides) {
  DiskPlan plan;
  const inventory::Disk* system = system_disk(node, plan.problems);
  int fitting = 0;
  for (const FoundDisk& disk : found) {
    DiskFate fate{.disk = disk, .name = {}, .is_erased = false, .because = "not in the inventory"};
    for (const inventory::Disk& wanted : node.disks) {
      const auto by = fits(wanted, disk);
      if (!by) continue;
      fate.name = wanted.name;
      fate.is_erased = &wanted == system;
      fate.because = "'" + wanted.name + "' by " + *by;
      if (!fate.is_erased) break;
      if (is_running_system(disk)) fate.because += "; the node runs from it now";
      ++fitting;
      add_problems(fate, wanted, overrides, plan.problems);
    }
    if (disk.wwn.empty() && disk.serial.empty())
      plan.problems.push_back(fmt::format(
          "the disk {} of {:.1f} GB has neither WWN nor serial: after a boot nobody could tell it "
          "from another; take it out, or give it a serial",
          disk.name, static_cast<double>(disk.size) / 1e9));
    plan.disks.push_back(std::move(fate));
  }
  if (system != nullptr && fitting != 1)
    plan.problems.push_back(fmt::format("{} of {} disks fit '{}' of the inventory ({})",
                                        fitting == 0 ? "none" : std::to_string(fitting),
                                        found.size(), system->name, identities(*system)));
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

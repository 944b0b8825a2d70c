// Disks: each of the inventory by its identity, then their kinds by the specification.

#include <algorithm>

#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/same_disk.h"
#include "provisioner/machine/hardware/looked.h"
#include "provisioner/machine/hardware/units.h"

namespace provisioner::hardware {
namespace {

using inventory::Disk;

constexpr std::int64_t gigabyte = 1'000'000'000;

bool is_the_one(const Disk& wanted, const FoundDisk& found) {
  if (!wanted.wwn.empty() && !found.wwn.empty())
    return inventory::is_same_wwn(wanted.wwn, found.wwn);
  return !wanted.serial.empty() && wanted.serial == found.serial;
}

bool is_in_its_slot(const Disk& wanted, const FoundDisk& found) {
  return wanted.slot && found.slot == std::to_string(*wanted.slot);
}

std::string description(const Disk& disk) {
  std::vector<std::string> words;
  if (disk.size_gb) words.push_back(gb_text(*disk.size_gb * gigabyte));
  if (!disk.serial.empty()) words.push_back("serial " + disk.serial);
  if (disk.serial.empty() && !disk.wwn.empty()) words.push_back("WWN " + disk.wwn);
  if (words.empty()) words.emplace_back("a disk");
  return base::join(words, ", ");
}

void check_identity(Looked& looked, const DiskPlace& place, const Owners& owners) {
  const Disk& wanted = *place.wanted;
  const FoundDisk& found = *place.found;
  if (looked.is_another_machine) return;
  // `reimage` takes a disk only where all that both sides tell of it is the same.
  const bool has_other_serial =
      !wanted.serial.empty() && !found.serial.empty() && wanted.serial != found.serial;
  const bool has_other_wwn =
      !wanted.wwn.empty() && !found.wwn.empty() && !inventory::is_same_wwn(wanted.wwn, found.wwn);
  if (has_other_serial || has_other_wwn) {
    const std::string is = has_other_serial ? "serial " + found.serial + owners.disk(found)
                                            : "WWN " + found.wwn;
    const std::string should = has_other_serial ? "serial " + wanted.serial : "WWN " + wanted.wwn;
    looked.differences.add(place.part, is, should, Because::inventory);
  } else if (wanted.slot && !found.slot.empty() && !is_in_its_slot(wanted, found)) {
    looked.differences.add(place.part, "in slot " + found.slot,
                           "in slot " + std::to_string(*wanted.slot), Because::inventory);
  }
}

bool fits(const DiskKind& kind, const FoundDisk& disk) {
  return (!kind.size_gb || inventory::is_labelled_size(disk.size, *kind.size_gb)) &&
         (!kind.is_rotational || *kind.is_rotational == disk.is_rotational) &&
         (kind.transport.empty() || disk.transport.empty() || kind.transport == disk.transport);
}

// Which kind of the specification each place is of: first those that fit, then the rest in order.
class Kinds {
 public:
  explicit Kinds(const std::vector<DiskKind>& kinds) {
    for (const DiskKind& kind : kinds)
      units_.insert(units_.end(), static_cast<std::size_t>(kind.count), kind);
  }

  std::vector<std::optional<DiskKind>> of(const std::vector<DiskPlace>& places) {
    std::vector<std::optional<DiskKind>> taken(places.size());
    for (std::size_t at = 0; at < places.size(); ++at) {
      if (places[at].found == nullptr) continue;
      const auto unit = std::ranges::find_if(
          units_, [&](const DiskKind& kind) { return fits(kind, *places[at].found); });
      if (unit == units_.end()) continue;
      taken[at] = *unit;
      units_.erase(unit);
    }
    for (auto& kind : taken) {
      if (kind || units_.empty()) continue;
      kind = units_.front();
      units_.erase(units_.begin());
    }
    return taken;
  }

  bool is_empty() const { return units_.empty(); }

 private:
  std::vector<DiskKind> units_;
};

std::string turning(bool is_rotational) { return is_rotational ? "rotating" : "solid state"; }

void check_kind(Looked& looked, const DiskPlace& place, const std::optional<DiskKind>& kind) {
  using Type = Disk::Type;
  const FoundDisk& found = *place.found;
  const Disk* own = place.wanted;
  const DiskKind of_spec = kind.value_or(DiskKind{});
  const auto size = must(own ? own->size_gb : std::nullopt, of_spec.size_gb);
  if (size.amount && !inventory::is_labelled_size(found.size, *size.amount))
    looked.differences.add(place.part, gb_text(found.size), gb_text(*size.amount * gigabyte),
                           size.because);
  std::optional<bool> turns;
  if (own && own->rpm) turns = *own->rpm > 0;
  const auto rotation = must(turns, of_spec.is_rotational);
  if (rotation.amount && *rotation.amount != found.is_rotational)
    looked.differences.add(place.part, turning(found.is_rotational), turning(*rotation.amount),
                           rotation.because);
  std::optional<std::string> type, of_kind;
  if (own && own->type)
    type = *own->type == Type::sas ? "sas" : *own->type == Type::sata ? "sata" : "nvme";
  if (!of_spec.transport.empty()) of_kind = of_spec.transport;
  const auto transport = must(type, of_kind);
  if (transport.amount && !found.transport.empty() && *transport.amount != found.transport)
    looked.differences.add(place.part, found.transport, *transport.amount, transport.because);
}

}  // namespace

// The inventory's disks with those that were found: by identity, by slot, then the rest in order,
// since a disk that was replaced stands where the old one stood.
void place_disks(Looked& looked) {
  if (!looked.machine.knows_disks) return;
  std::vector<const FoundDisk*> free;
  for (const FoundDisk& disk : looked.machine.disks) free.push_back(&disk);
  for (const Disk& disk : looked.node().disks)
    looked.disks.push_back({"disk " + disk.name, &disk, nullptr});
  const auto pair_by = [&](auto fits) {
    for (DiskPlace& place : looked.disks) {
      if (place.found != nullptr) continue;
      const auto found = std::ranges::find_if(
          free, [&](const FoundDisk* disk) { return fits(*place.wanted, *disk); });
      if (found == free.end()) continue;
      place.found = *found;
      free.erase(found);
    }
  };
  pair_by(is_the_one);
  pair_by(is_in_its_slot);
  pair_by([](const Disk&, const FoundDisk&) { return true; });
  for (const FoundDisk* disk : free)
    looked.disks.push_back(
        {disk->slot.empty() ? "disk " + disk->name : "disk slot " + disk->slot, nullptr, disk});
}

void check_disks(Looked& looked, const Owners& owners) {
  if (!looked.machine.knows_disks) return;
  const std::optional<Spec>& spec = looked.subject->spec;
  Kinds kinds(spec ? spec->disks : std::vector<DiskKind>{});
  const bool is_counted = !kinds.is_empty();
  const auto taken = kinds.of(looked.disks);
  for (std::size_t at = 0; at < taken.size(); ++at) {
    const DiskPlace& place = looked.disks[at];
    if (place.found == nullptr) {
      looked.differences.add(place.part, "missing", description(*place.wanted),
                             Because::inventory);
      continue;
    }
    if (place.wanted != nullptr) check_identity(looked, place, owners);
    check_kind(looked, place, taken[at]);
    if (is_counted && place.wanted == nullptr && !taken[at])
      looked.differences.add(place.part, gb_text(place.found->size) + ", one too many", "no disk",
                             Because::spec);
  }
  if (!is_counted && looked.node().disks.empty()) return;
  looked.differences.judge("disks", "count");
  std::int64_t wanted = 0;
  for (const DiskKind& kind : spec ? spec->disks : std::vector<DiskKind>{}) wanted += kind.count;
  if (!kinds.is_empty())
    looked.differences.add("disks", counted(static_cast<std::int64_t>(taken.size()), "disk"),
                           counted(wanted, "disk"), Because::spec);
}

}  // namespace provisioner::hardware

// Which disk is meant, and whether all is as it was when somebody approved.
#include "provisioner/node/deploy/find_disk.h"

#include <fmt/format.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/node/modules/facts/signatures.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;

// A disk as it is, from the facts.
struct PresentDisk {
  std::string name, wwn, serial;
  std::uint64_t size = 0;
  bool is_mounted = false, is_read = false;
  std::vector<Signature> signatures;
};

// Serials and labels are what somebody wrote on a disk.
[[noreturn]] void refuse(const std::string& what) {
  throw Error(Kind::refused, base::escape_for_terminal(what))
      .set_hint("nothing was written; plan again from what the node shows now");
}

// "0x5000c500...", "naa.5000c500..." and "wwn-0x5000C500..." are one.
std::string plain_wwn(std::string_view text) {
  std::string digits = base::lower_case(base::trim(text));
  for (const std::string_view prefix : {"wwn-", "0x", "naa.", "eui."})
    if (digits.starts_with(prefix)) digits.erase(0, prefix.size());
  return digits;
}

std::vector<Signature> signatures_of(const value::Value& disk) {
  std::vector<Signature> found;
  const value::Value* list = disk.find("signatures");
  if (list == nullptr || !list->is_list()) return found;
  for (const value::Value& one : list->list())
    found.push_back({value::text_or(one, "where", ""), value::text_or(one, "type", ""),
                     value::text_or(one, "uuid", ""), value::text_or(one, "label", ""),
                     value::integer_or(one, "offset", 0)});
  std::ranges::sort(found);
  return found;
}

PresentDisk present_from(const value::Value& disk) {
  return {value::text_or(disk, "name", ""),
          plain_wwn(value::text_or(disk, "wwn", "")),
          std::string(base::trim(value::text_or(disk, "serial", ""))),
          static_cast<std::uint64_t>(value::integer_or(disk, "size", 0)),
          value::boolean_or(disk, "is_mounted", true),
          value::boolean_or(disk, "is_read", false),
          signatures_of(disk)};
}

std::string name_of(const ExpectedDisk& disk) {
  std::vector<std::string> words;
  if (!disk.wwn.empty()) words.push_back("WWN '" + disk.wwn + "'");
  if (!disk.serial.empty()) words.push_back("serial '" + disk.serial + "'");
  return base::join(words, " and ");
}

std::string name_of(const PresentDisk& disk) {
  return fmt::format("'{}' (WWN '{}', serial '{}', {} bytes)", disk.name, disk.wwn, disk.serial,
                     disk.size);
}

bool has_identity(const PresentDisk& disk, const ExpectedDisk& expected) {
  const bool fits_wwn = expected.wwn.empty() || disk.wwn == plain_wwn(expected.wwn);
  const bool fits_serial =
      expected.serial.empty() || disk.serial == base::trim(expected.serial);
  return fits_wwn && fits_serial;
}

std::string text_of(const std::vector<Signature>& signatures) {
  std::vector<std::string> words;
  for (const Signature& one : signatures)
    words.push_back(fmt::format("{} {} {} at {} of {}", one.type, one.uuid, one.label, one.offset,
                                one.where));
  return words.empty() ? "nothing" : base::join(words, ", ");
}

void require_size(const PresentDisk& disk, const ExpectedDisk& expected) {
  if (disk.size != expected.size)
    refuse(fmt::format("the disk with {} has {} bytes, not {}", name_of(expected), disk.size,
                       expected.size));
}

void require_contents(const PresentDisk& disk, const ExpectedDisk& expected) {
  if (!disk.is_read)
    refuse(fmt::format("what lies on the disk with {} could not be read", name_of(expected)));
  std::vector<Signature> signatures = expected.signatures;
  std::ranges::sort(signatures);
  if (disk.signatures != signatures)
    refuse(fmt::format("on the disk with {} lies {}, not {}", name_of(expected),
                       text_of(disk.signatures), text_of(signatures)));
}

void require_unused(const PresentDisk& disk, const ExpectedDisk& expected) {
  if (disk.is_mounted) refuse(fmt::format("the disk with {} is in use", name_of(expected)));
}

bool is_marker(const Signature& one, const std::string& manifest) {
  return one.where == "disk" && one.type == modules::facts::unfinished_image_type &&
         one.uuid == manifest;
}

bool is_our_unfinished(const PresentDisk& disk, const std::string& manifest) {
  return std::ranges::any_of(disk.signatures,
                             [&](const Signature& one) { return is_marker(one, manifest); });
}

// The marker is there, and was not when the order was made: this very job has put it there.
bool is_begun(const PresentDisk& target, const Order& order) {
  return is_our_unfinished(target, order.manifest) &&
         std::ranges::none_of(order.disk.signatures, [&](const Signature& one) {
           return is_marker(one, order.manifest);
         });
}

const PresentDisk& require_one(const std::vector<PresentDisk>& disks,
                               const ExpectedDisk& expected) {
  const PresentDisk* found = nullptr;
  for (const PresentDisk& disk : disks) {
    if (!has_identity(disk, expected)) continue;
    if (found != nullptr)
      refuse(fmt::format("two disks have {}: {} and {}", name_of(expected), name_of(*found),
                         name_of(disk)));
    found = &disk;
  }
  if (found == nullptr) {
    std::vector<std::string> names;
    for (const PresentDisk& disk : disks) names.push_back(name_of(disk));
    refuse(fmt::format("there is no disk with {}, but {}", name_of(expected),
                       names.empty() ? "none at all" : base::join(names, ", ")));
  }
  return *found;
}

// The disks that somebody has spoken for, each once.
class Known {
 public:
  const PresentDisk& add(const std::vector<PresentDisk>& disks, const ExpectedDisk& expected) {
    const PresentDisk& disk = require_one(disks, expected);
    if (std::ranges::find(disks_, &disk) != disks_.end())
      refuse(fmt::format("{} is said of a disk that is another one already: {}", name_of(expected),
                         name_of(disk)));
    disks_.push_back(&disk);
    return disk;
  }

  void require_all(const std::vector<PresentDisk>& disks) const {
    for (const PresentDisk& disk : disks)
      if (std::ranges::find(disks_, &disk) == disks_.end())
        refuse(fmt::format("there is a disk that nobody knows of: {}", name_of(disk)));
  }

 private:
  std::vector<const PresentDisk*> disks_;
};

}  // namespace

std::vector<std::string> find_disks(const value::List& facts, const Order& order) {
  std::vector<PresentDisk> disks;
  for (const value::Value& one : facts) disks.push_back(present_from(one));
  Known known;
  const PresentDisk& target = known.add(disks, order.disk);
  require_unused(target, order.disk);
  const PresentDisk* second = nullptr;
  if (order.second_disk) {
    second = &known.add(disks, *order.second_disk);
    require_unused(*second, *order.second_disk);
    require_size(*second, *order.second_disk);
  }
  for (const ExpectedDisk& expected : order.others) {
    const PresentDisk& other = known.add(disks, expected);
    require_size(other, expected);
    require_contents(other, expected);
  }
  known.require_all(disks);
  require_size(target, order.disk);
  if (!is_our_unfinished(target, order.manifest)) require_contents(target, order.disk);
  if (second == nullptr) return {target.name};
  if (!is_our_unfinished(*second, order.manifest) && !is_begun(target, order))
    require_contents(*second, *order.second_disk);
  return {target.name, second->name};
}

}  // namespace provisioner::deploy

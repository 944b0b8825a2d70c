#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/value/value.h"
#include "provisioner/language/inventory/effective_node.h"

namespace provisioner::reimage {

struct FoundSignature {
  std::string where;  // "disk", or a partition's number
  std::string type, uuid, label;
  std::int64_t offset = 0;  // bytes
};

// Where a disk was in use when it was looked at.
struct FoundMount {
  std::string where;  // "disk", or a partition's number
  std::string path;   // "[SWAP]" for swap
};

// A disk as it was found in a machine (the facts `disks`).
struct FoundDisk {
  std::string name;  // the kernel's, for people alone
  std::string wwn, serial, model, slot;
  std::uint64_t size = 0;  // bytes
  bool is_rotational = false, is_mounted = false, is_read = true;
  std::vector<FoundSignature> signatures;
  std::vector<FoundMount> mounts = {};
};

std::vector<FoundDisk> found_disks(const value::Value& facts);

// A signature that its owner agreed to lose: "system:LVM2_member", a disk by the inventory's name.
struct Override {
  std::string disk, signature;
};

// One disk of a node: what becomes of it, and why.
struct DiskFate {
  FoundDisk disk;
  std::string name;  // the inventory's; "" where it does not know the disk
  bool is_erased = false;
  std::string because;  // "'system' by wwn and serial"
  std::size_t number = 0;  // of one that is erased, among the inventory's system disks
};

// What a re-image does to the disks of one node. With problems it may not be done.
struct DiskPlan {
  std::vector<DiskFate> disks;
  std::vector<std::string> problems;

  std::vector<const DiskFate*> erased() const;  // in the inventory's order
};

// The disk that the inventory uses for the system, or the two of a mirror, found by all of WWN,
// serial and slot that it gives, never by the kernel's name. Refused are: none or several that fit,
// another size, a disk that could not be read, and a foreign signature (GPFS, VMFS, GFS2, OCFS,
// Ceph, ZFS, LVM and others of the device mapper, md and RAID of firmware, bcache, DRBD, VDO, LUKS,
// BitLocker, Stratis, Oracle ASM, VxFS; btrfs on a disk that the node does not run from) or a
// mounted disk without an override that names it. What the node runs from is no such mount: `/`,
// `/boot` and what is below it, `/efi`, `/usr`, swap, and the cache of images that our own layout
// made, where `/` is on the same disk; nor are the arrays of a mirror of ours that it runs from
// (running_system.h) such signatures.
DiskPlan plan_disks(const inventory::Node& node, const std::vector<FoundDisk>& found,
                    const std::vector<Override>& overrides);

// For the RAM disk's order: what each disk must still be when it is written to.
value::Value expected(const FoundDisk& disk);

}  // namespace provisioner::reimage

#pragma once

#include <cstdint>
#include <string>

#include "provisioner/machine/image/disk_identity.h"
#include "provisioner/machine/image/image_definition.h"

namespace provisioner::image {

// GRUB for BIOS and UEFI, made of the modules that lie in a tree (grub-pc-bin, grub-efi-amd64-bin)
// without running its installer. Both find the root by UUID, then read /boot/grub/grub.cfg.

constexpr const char* grub_start_file = "/boot/grub/start.cfg";
std::string grub_start(const DiskIdentity& identity);
std::string grub_configuration(const Definition& definition, const DiskIdentity& identity);

struct GrubImages {
  std::string boot;  // 512 bytes; the first 440 are the disk's
  std::string core;  // whole sectors, for the BIOS boot partition
  std::string efi;   // EFI/BOOT/BOOTX64.EFI
};

// `core_sector` is where the BIOS boot partition begins, in sectors of 512 bytes. Throws
// Error(failed) where the tree lacks GRUB's modules.
GrubImages make_grub(const std::string& tree, std::uint64_t core_sector);

}  // namespace provisioner::image

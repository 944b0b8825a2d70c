#pragma once

#include <string>
#include <string_view>

namespace provisioner::image {

// The names that a disk and its parts have for machines. They follow from what the image is made
// of, so that the same image made twice is the same bytes. Lower case, with dashes.
struct DiskIdentity {
  std::string disk, boot, esp, root;      // of the partition table: UUIDs
  std::string root_file_system, hashing;  // of ext4: UUIDs
  std::string esp_volume;                 // of FAT: 8 hex digits
};

DiskIdentity disk_identity(std::string_view made_of);

}  // namespace provisioner::image

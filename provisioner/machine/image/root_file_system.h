#pragma once

#include <cstdint>
#include <string>

namespace provisioner::image {

struct RootFileSystem {
  std::string tree;
  std::string uuid, hash_seed;
  std::uint64_t mib = 0;
  std::int64_t epoch = 0;
};

// Makes ext4 of a tree at an offset of a file that is zeros there. Its features are ours, not this
// machine's; the same tree gives the same bytes, whatever the clock and the order of directories.
// It is checked by e2fsck before this returns. Throws Error(failed), also where the tree does not
// fit.
void write_root_file_system(const RootFileSystem& wanted, const std::string& path,
                            std::uint64_t offset, const std::string& work);

}  // namespace provisioner::image

#pragma once

#include <string>
#include <vector>

#include "provisioner/node/disks/layout.h"

namespace provisioner::disks {

// What the new system's file systems lie on, for as long as this lives: partitions of one disk, or
// RAID 1 arrays over those of two. The kernel must know the partitions. An array is made anew, over
// halves that are equal where the file system has written anything: it is not synchronised. Its
// superblock (md's 1.0) is at the partitions' ends, so that each half reads as its file system.
class SystemVolumes {
 public:
  // `disks` are one or two paths; `arrays` is what names of arrays begin with, as "/dev/md". Throws
  // Error(failed).
  SystemVolumes(const std::vector<std::string>& disks, const GrownTable& table,
                const std::string& arrays);
  SystemVolumes(const SystemVolumes&) = delete;
  SystemVolumes& operator=(const SystemVolumes&) = delete;
  ~SystemVolumes();

  const std::string& root() const { return root_; }
  const std::string& cache() const { return cache_; }  // "": there is none
  // Also told when it goes wrong: what was written may not be on both disks then.
  void release();

 private:
  explicit SystemVolumes(const std::string& arrays) : arrays_(arrays) {}
  std::string volume(const std::vector<std::string>& disks, int number, const std::string& name);

  std::string arrays_, root_, cache_;
  std::vector<std::string> running_;  // arrays
};

}  // namespace provisioner::disks

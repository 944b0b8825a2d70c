#pragma once

#include <string>

namespace provisioner::disks {

// Whether this machine can make arrays by md: the program, and the kernel's driver.
bool has_md();

// A program `mdadm` in a directory that stands first in PATH while this lives, for machines without
// md. Its array is a loop device over the first half, some KiB shorter, as with md's superblock at
// the end; when it is stopped, the first half is copied to the second: RAID 1 as those see it who
// look at the halves of an array that does not run. Refuses another level or superblock, halves
// that differ, and an array that does not run.
class FakeMdadm {
 public:
  explicit FakeMdadm(const std::string& directory);
  FakeMdadm(const FakeMdadm&) = delete;
  FakeMdadm& operator=(const FakeMdadm&) = delete;
  ~FakeMdadm();

 private:
  std::string old_path_;
};

}  // namespace provisioner::disks

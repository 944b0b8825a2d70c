#pragma once

#include <string>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"

namespace provisioner::disks {

// A file as a block device, for as long as this lives.
class LoopDevice {
 public:
  explicit LoopDevice(const std::string& file) {
    path_ = base::trim(
        os::run_checked({.argv = {"losetup", "--find", "--show", "--partscan", file}}));
  }
  LoopDevice(const LoopDevice&) = delete;
  LoopDevice& operator=(const LoopDevice&) = delete;
  ~LoopDevice() { os::run({.argv = {"losetup", "--detach", path_}}); }
  const std::string& path() const { return path_; }
  std::string name() const { return path_.substr(5); }

 private:
  std::string path_;
};

}  // namespace provisioner::disks

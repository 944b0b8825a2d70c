#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace provisioner::image {

struct RamDiskPlan {
  std::string tree;   // an image's: kernel, modules, programs and their libraries are its
  std::string agent;  // the static provisioner-deploy, which becomes /init
  std::vector<std::string> public_keys;  // 32 bytes each: whose manifests are written
  std::int64_t epoch = 0;                // seconds since 1970: the time of everything
};

// What a node boots to write an image: the kernel as it lies in the tree, and a cpio archive (newc)
// packed by zstd. In it, /lib/modules.list names the modules to load, in that order, as paths;
// /etc/provisioner/image-keys holds the public keys, a line of hex each. Holds no secrets.
struct RamDisk {
  std::string kernel;  // their bytes
  std::string archive;
  std::string release;               // of the kernel: "6.1.0-56-cloud-amd64"
  std::vector<std::string> modules;  // as in the list
};

// The same plan gives the same bytes. Throws Error(failed) where the tree lacks something.
RamDisk make_ram_disk(const RamDiskPlan& plan, const std::string& work);

// Beside the program that runs; throws Error(failed) where it is not there.
std::string deploy_agent();

}  // namespace provisioner::image

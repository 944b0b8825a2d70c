// Partitions, or mirrors of them by md.
#include "provisioner/node/disks/system_volumes.h"

#include <fmt/format.h>

#include "provisioner/base/os/process.h"
#include "provisioner/node/disks/partitions.h"

namespace provisioner::disks {
namespace {

constexpr std::chrono::minutes array_deadline{2};

std::vector<std::string> ordered_array(const std::string& path, const std::string& name) {
  // "any" is the host name that each host takes for its own (mdadm(8), --homehost): names of links
  // do not depend on what the node is called.
  return {"mdadm",
          "--create",
          path,
          "--run",
          "--metadata=1.0",
          "--level=1",
          "--raid-devices=2",
          "--assume-clean",
          "--bitmap=internal",
          "--homehost=any",
          "--name=" + name};
}

}  // namespace

SystemVolumes::SystemVolumes(const std::vector<std::string>& disks, const GrownTable& table,
                             const std::string& arrays)
    : SystemVolumes(arrays) {
  root_ = volume(disks, table.root.number, "root");
  if (table.cache.number > 0) cache_ = volume(disks, table.cache.number, "image-cache");
}

SystemVolumes::~SystemVolumes() {
  try {
    release();
  } catch (...) {  // whatever made this end is told already; the node reboots
  }
}

std::string SystemVolumes::volume(const std::vector<std::string>& disks, int number,
                                  const std::string& name) {
  if (disks.size() == 1) return partition_path(disks.front(), number);
  std::string path = fmt::format("{}{}", arrays_, running_.size());
  std::vector<std::string> argv = ordered_array(path, name);
  for (const std::string& disk : disks) argv.push_back(partition_path(disk, number));
  os::run_checked({.argv = std::move(argv), .deadline = array_deadline});
  running_.push_back(path);
  return path;
}

void SystemVolumes::release() {
  while (!running_.empty()) {
    const std::string path = std::move(running_.back());
    running_.pop_back();
    os::run_checked({.argv = {"mdadm", "--stop", path}, .deadline = array_deadline});
  }
}

}  // namespace provisioner::disks

// Nodes that run containers: where these lie, and what the node may do for them.

#include "provisioner/machine/lab/cluster_node.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <array>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/machine/lab/cgroups.h"

namespace provisioner::lab {
namespace {

struct Volume {
  const char* folder;  // of the node's directory
  const char* path;    // in the node
};

constexpr std::array<Volume, 5> volumes{{{"volumes/containerd", "/var/lib/containerd"},
                                         {"volumes/kubelet", "/var/lib/kubelet"},
                                         {"volumes/etcd", "/var/lib/etcd"},
                                         {"volumes/pods", "/var/log/pods"},
                                         {"volumes/registry", "/var/lib/registry"}}};

std::string nearest_there(std::string path) {
  while (!os::is_directory(path)) path = os::parent_of(path);
  return path;
}

}  // namespace

void require_cluster_host(const std::string& directory) {
  Cgroups::require_controllers();
  const std::string there = nearest_there(directory);
  struct statfs status {};
  if (::statfs(there.c_str(), &status) == 0 && status.f_type == OVERLAYFS_SUPER_MAGIC)
    throw base::Error(base::Kind::failed, "containers of a cluster's nodes need a disk, and '" +
                                              there +
                                              "' is on an overlay, which cannot carry another")
        .set_hint("mount a file system at '" + there + "'");
}

void make_volumes(const std::string& home) {
  const std::string folder = os::join_path(home, "volumes");
  os::remove_tree(folder);
  os::make_directories(folder, 0700);  // images hold programs that run as root for everybody
  for (const Volume& volume : volumes) os::make_directories(os::join_path(home, volume.folder));
}

std::vector<std::string> options_for_containers(const std::string& home) {
  // Containers are given what their node has; the clock and the modules stay the machine's.
  std::vector<std::string> words = {
      "--capability=all", "--drop-capability=CAP_SYS_MODULE,CAP_SYS_TIME", "--link-journal=no",
      "--system-call-filter=@keyring bpf perf_event_open"};
  for (const Volume& volume : volumes)
    words.push_back("--bind=" + os::join_path(home, volume.folder) + ":" + volume.path);
  words.emplace_back("/usr/local/sbin/lab-init");
  return words;
}

// The node sees the hierarchies that the machine has: a kubelet needs its controllers, and these
// are where the machine has them.
std::vector<std::pair<std::string, std::string>> environment_for_containers() {
  return {{"SYSTEMD_NSPAWN_API_VFS_WRITABLE", "network"},
          {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY", Cgroups::layout() == "unified" ? "1" : "0"}};
}

}  // namespace provisioner::lab

#pragma once

#include <string>
#include <utility>
#include <vector>

namespace provisioner::lab {

// What a node that runs containers has beside a plain one. `home` is the node's directory.

// Throws Error(failed) where this machine lacks what such nodes stand on: controllers of control
// groups, and a file system below the lab's directory that can carry an overlay.
void require_cluster_host(const std::string& directory);

// Makes the folders that hold the node's containers, images, etcd and logs, empty as a new disk is.
// They lie on this machine's disk, since the node's own is an overlay and cannot carry another.
void make_volumes(const std::string& home);

// What systemd-nspawn is told for such a node: its options, then the first process, which must
// stand last; and its environment.
std::vector<std::string> options_for_containers(const std::string& home);
std::vector<std::pair<std::string, std::string>> environment_for_containers();

}  // namespace provisioner::lab

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace provisioner::cluster {

// A snapshot of etcd as the controller keeps it: a file that only its owner may read, since it has
// all secrets of a cluster in it, and beside it what is known of it ("FILE.json").
struct EtcdSnapshot {
  std::string path, sha256;
  std::string instance = {}, taken = {};  // "2026-11-29T10:02:03Z"
  std::uint64_t size = 0;                 // bytes
  std::int64_t revision = 0, keys = 0;
  std::uint64_t hash = 0;  // etcd's own, over all keys
};

// Makes one of what a node has sent to `pieces` (piece.*, sha256, status.json), checks it against
// the node's digest and moves it into `directory`, which is on the same file system. Throws
// Error(failed) where it is not whole.
EtcdSnapshot keep_snapshot(const std::string& pieces, const std::string& directory,
                           const std::string& instance);

// Those of an instance in a directory, the newest first. Files without their .json are none.
std::vector<EtcdSnapshot> snapshots_of(const std::string& directory, const std::string& instance);

// Any file that etcdctl has saved; one that has its .json must be what that says. Throws
// Error(input) otherwise.
EtcdSnapshot read_snapshot(const std::string& path);

// Removes all of the instance but `newest`, which has just been made, and the newest of the others,
// `count` in all; their paths. A clock that went back costs not the one that was wanted.
std::vector<std::string> keep_newest(const std::string& directory, const EtcdSnapshot& newest,
                                     std::size_t count);

}  // namespace provisioner::cluster

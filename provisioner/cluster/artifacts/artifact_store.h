#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/artifacts/artifact.h"

namespace provisioner::artifacts {

struct Kept {
  std::string sha256;
  std::uint64_t size = 0;  // bytes
};

// Files by their digests, in a directory: sha256/AB/ABCD..., each whole or not there. Beside them
// what recipes have made (builds/KEY) and the locks that were seen (locks/). Several programs at
// once. Throws Error(failed).
class Store {
 public:
  // An empty name is the standard directory. Whoever only looks makes nothing: it comes with what
  // is kept, or held. Throws Error(refused) where it lies or would lie on a network file system.
  explicit Store(std::string directory = {});

  const std::string& directory() const { return directory_; }
  bool is_there() const { return os::is_directory(directory_); }
  std::string path(const std::string& sha256) const;
  // Nullopt where it is not there. What is there was whole when it was kept: `damage_of` looks.
  std::optional<std::uint64_t> size_of(const std::string& sha256) const;
  std::string damage_of(const std::string& sha256) const;  // "" where it is what its name says

  // Copies the file. Throws Error(input) where it is to be `expected` and is not.
  Kept keep(const std::string& path, const std::string& expected = {}) const;
  Kept keep_bytes(std::string_view bytes) const;

  // A folder for what is not whole yet, on the same file system.
  os::TemporaryDirectory work_place() const;
  void clear_work() const;  // for who holds the store alone: what killed programs have left
  // Moves a file of a work place into the store, else as `keep`.
  Kept take(const std::string& path, const std::string& expected = {}) const;

  // Keeps `gc` out while something is fetched that no lock names yet. Not open where another holds
  // it alone for all of `patience`.
  using Sharing = os::Sharing;
  os::Descriptor hold(Sharing sharing, std::chrono::milliseconds patience) const;

  // All that lie there.
  std::vector<std::string> digests() const;
  void remove(const std::string& sha256) const;

 private:
  std::string work_directory() const { return directory_ + "/work"; }

  std::string directory_;
};

std::string standard_directory();  // "artifacts" below the state directory

}  // namespace provisioner::artifacts

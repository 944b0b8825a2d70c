#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace provisioner::fetch {

// Chunk files in memory, by their digests, up to a bound. Whoever puts one there has checked it: a
// shelf holds what its image's manifest names, and nothing else. Any thread.
class ChunkShelf {
 public:
  using File = std::shared_ptr<const std::string>;

  explicit ChunkShelf(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

  // False where there is no room for it; what is there already stays.
  bool keep(const std::string& digest, std::string file);
  File find(const std::string& digest) const;  // null where it is not there
  std::uint64_t bytes() const;                 // that all of it takes
  // The one file that is on its way here, until the next is, or until it is kept or cannot be.
  void expect(const std::string& digest);
  bool is_expected(const std::string& digest) const;

 private:
  const std::uint64_t most_bytes_;
  mutable std::mutex mutex_;
  std::map<std::string, File> files_;
  std::uint64_t bytes_ = 0;
  std::string expected_;
};

}  // namespace provisioner::fetch

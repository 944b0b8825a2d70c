#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/base/value/value.h"
#include "provisioner/node/fetch/chunk_peers.h"
#include "provisioner/node/fetch/chunk_server.h"
#include "provisioner/node/fetch/chunk_shelf.h"

namespace provisioner::fetch {

// What this machine takes from its rack and gives to it (docs/bare-metal.md). Does nothing unless
// an answer of the boot service names `peers` before the image begins; then it keeps the chunk
// files that come, serves them, and tells in each report what it has. Reports and answers are of
// one thread, `file` and `took` of another at most.
class RackShare {
 public:
  using Say = std::function<void(const std::string&)>;
  using LastResort = std::function<std::string()>;  // asks the boot service
  struct Settings {
    std::string address;              // of this machine, where it serves
    std::uint64_t most_bytes = 0;     // of memory for chunk files
    Say say;
    std::chrono::milliseconds patience = std::chrono::seconds(2);  // with a peer
    std::chrono::milliseconds idle = std::chrono::seconds(15);  // of `serve`: nobody wants any more
  };

  explicit RackShare(Settings settings);

  // `peers`, and `start`: the thousandth of the image's files to begin with. Whatever is wrong with
  // them, or with the server, is said, and the image comes from the boot service.
  void heed(const value::Value& answer);
  // Adds `rack` to what is reported, once there is a server.
  void add_to(value::Dict& report) const;

  // The number of the chunk to begin with. Nodes that begin at different places have something for
  // each other.
  std::size_t begin(const chunk::Manifest& manifest);
  // A file's bytes, unchecked, as `ImageSource::file` wants them. Asked a second time for the same
  // one, whoever gave it is dropped and the boot service is asked.
  std::string file(const std::string& digest, std::uint64_t size, const LastResort& last_resort);
  // A file that is its digest's.
  void took(const std::string& digest, std::string file);

  // Gives out what is there until the time is over, or nobody has asked for anything for a while.
  void serve(std::chrono::seconds most);

 private:
  void begin_to_serve();
  void advance(const std::string& digest, bool is_kept);

  const Settings settings_;
  ChunkShelf shelf_;
  ChunkPeers peers_;
  std::optional<ChunkServer> server_;
  bool is_sharing_ = false, has_begun_ = false;
  std::int64_t start_ = 0;   // thousandths
  std::string asked_;        // the file that was given last, and may be wrong
  bool is_of_peer_ = false;  // it is

  mutable std::mutex mutex_;        // of all below
  std::vector<std::string> files_;  // by the number of the chunk; "" where it is zero
  std::size_t first_ = 0, kept_ = 0, next_ = 0;  // chunks: on the shelf from the first one on
  std::uint64_t from_peers_ = 0, from_service_ = 0;  // bytes
};

}  // namespace provisioner::fetch

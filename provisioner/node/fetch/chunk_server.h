#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/node/fetch/chunk_shelf.h"

namespace provisioner::fetch {

// Gives out the files of a shelf, for peers that are not trusted: `GET /files/DIGEST` and nothing
// else. Who asks for the file that is expected waits for it a moment: so two that have come equally
// far do not both fetch it from afar. 404: not there, or not yet; 429: too many are being sent just
// now; 400 and 405 end the connection. A thread of its own, until this goes.
class ChunkServer {
 public:
  struct Settings {
    std::string address;  // numeric, without a prefix
    std::size_t most_connections = 64, most_sending = 8;
    std::chrono::milliseconds patience = std::chrono::seconds(10);  // for a request, and an answer
    std::chrono::milliseconds wait = std::chrono::seconds(1);       // for a file that is expected
  };

  // On a port that the kernel chooses. Throws Error(failed) where the address cannot be had.
  ChunkServer(Settings settings, const ChunkShelf& shelf);
  ~ChunkServer();

  std::uint16_t port() const;
  os::Instant last_sent() const;  // when the last byte of a file went out; the beginning, at first
  std::uint64_t bytes_sent() const;  // of files

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::fetch

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace provisioner::fetch {

constexpr std::size_t most_request = 8 << 10;  // bytes

// What a peer asks for, read from the bytes it sent.
struct ChunkRequest {
  int refusal = 0;     // the status that ends the connection; 0: it is a good request
  std::string digest;  // "" where the path names no file
  bool keeps_connection = true;
};

// `text` is a whole request head, with its empty line. Anything but a GET without a body is
// refused.
ChunkRequest read_chunk_request(std::string_view text);

}  // namespace provisioner::fetch

#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "provisioner/base/os/files.h"
#include "provisioner/engine/transport/link.h"

namespace provisioner::transport {

// Bytes on their way out, in order; large contents are read only as fast as the other side takes
// them.
class Outbox {
 public:
  void add(std::string bytes);
  void add(const Blob& blob);  // as frames. Throws Error(failed) where its file cannot be opened

  bool is_empty() const { return ready_.size() == used_ && contents_.empty(); }
  // Writes what the stream takes. Throws Error(failed) for a content that changed while it was
  // read.
  void flush(Stream& stream);

 private:
  struct Content {
    std::string before;  // bytes that go out ahead of it
    std::string head;    // its digest, as the frames carry it
    os::Descriptor file;
    std::string bytes;
    std::uint64_t offset = 0;
  };
  bool refill();

  std::string ready_;
  std::size_t used_ = 0;
  std::deque<Content> contents_;
  std::string after_;  // bytes behind the last content
};

}  // namespace provisioner::transport

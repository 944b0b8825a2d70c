// An image from disk to disk, chunk by chunk.
#include "provisioner/node/disks/copy_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/node/disks/write_image.h"

namespace provisioner::disks {
namespace {

constexpr std::size_t pieces_a_sync = 8;  // 32 MiB, as for what comes by the network

struct Piece {
  std::uint64_t offset = 0;
  std::string bytes;
};

class Copier {
 public:
  Copier(Disk& from, Disk& to) : from_(from), to_(to) {
    body_end_ = std::min(from.size(), to.size()) - tail_size;
  }

  // True where all that was written is on the medium.
  bool take(const chunk::Chunk& chunk) {
    const std::uint64_t begin = std::max(chunk.offset, head_size);
    const std::uint64_t end = std::min(chunk.offset + chunk.length, body_end_);
    if (begin < end) copy(begin, end - begin, chunk.is_zero);
    if (written_.size() >= pieces_a_sync) settle();
    return written_.empty();
  }

  void settle() {
    if (written_.empty()) return;
    to_.sync();
    for (const Piece& piece : written_)
      if (to_.read(piece.offset, piece.bytes.size()) != piece.bytes)
        throw base::Error(base::Kind::failed,
                          fmt::format("the second disk does not hold what was written to it at {} "
                                      "of {} bytes",
                                      piece.offset, to_.size()))
            .set_hint("such a disk is broken, or its cable or controller is");
    written_.clear();
  }

 private:
  void copy(std::uint64_t offset, std::uint64_t length, bool is_zero) {
    std::string bytes(from_.read(offset, length));
    if (to_.read(offset, length) == bytes) return;
    if (is_zero) {
      to_.write_zeros(offset, length);
    } else {
      to_.write(offset, bytes);
    }
    written_.push_back({offset, std::move(bytes)});
  }

  Disk &from_, &to_;
  std::uint64_t body_end_ = 0;
  std::vector<Piece> written_;
};

}  // namespace

void copy_image(const chunk::Manifest& manifest, Disk& from, Disk& to,
                const std::function<void(std::uint64_t done)>& told) {
  Copier copier(from, to);
  std::uint64_t done = 0;
  for (const chunk::Chunk& chunk : manifest.chunks) {
    done += chunk.length;
    if (copier.take(chunk)) told(done);
  }
  copier.settle();
  told(done);
}

}  // namespace provisioner::disks

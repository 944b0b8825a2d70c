// An image onto a disk, chunk by chunk.
#include "provisioner/node/deploy/write_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/node/modules/facts/signatures.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;
using chunk::Chunk;

constexpr std::size_t chunks_a_sync = 16;  // 64 MiB: what a power cut costs at most
constexpr int most_tries = 3;              // of a file that comes damaged

// A stretch that was written, and what must be found there.
struct Written {
  std::uint64_t offset = 0, length = 0;
  std::string digest;  // empty: zeros
};

class Writer {
 public:
  Writer(const chunk::Manifest& manifest, Disk& disk, const ImageSource& source)
      : manifest_(manifest), disk_(disk), source_(source) {
    body_end_ = disk.size() - tail_size;
    held_.head.assign(head_size, '\0');
    held_.tail.assign(tail_size, '\0');
  }

  Held write() {
    for (const Chunk& chunk : manifest_.chunks) {
      write_chunk(chunk);
      if (written_.size() >= chunks_a_sync) settle();
    }
    settle();
    return std::move(held_);
  }

 private:
  // What of a chunk lies neither in the head nor in the tail.
  void write_chunk(const Chunk& chunk) {
    const std::uint64_t begin = std::max(chunk.offset, head_size);
    const std::uint64_t end = std::min(chunk.offset + chunk.length, body_end_);
    const bool is_whole = begin == chunk.offset && end == chunk.offset + chunk.length;
    if (is_whole && is_there(chunk)) {
      done(chunk.length);
      return;
    }
    const std::string raw = chunk.is_zero ? std::string(chunk.length, '\0') : fetched(chunk);
    if (!is_whole) keep_held(chunk, raw);
    if (begin >= end) {
      done(chunk.length);
      return;
    }
    const std::string_view body = std::string_view(raw).substr(begin - chunk.offset, end - begin);
    if (chunk.is_zero) {
      disk_.write_zeros(begin, end - begin);
      written_.push_back({begin, end - begin, ""});
    } else {
      disk_.write(begin, body);
      written_.push_back({begin, end - begin, is_whole ? chunk.raw : crypto::sha256(body)});
    }
    unsettled_ += chunk.length;
  }

  bool is_there(const Chunk& chunk) {
    const std::string present = disk_.read(chunk.offset, chunk.length);
    return chunk.is_zero ? chunk::is_zero(present) : crypto::sha256(present) == chunk.raw;
  }

  std::string fetched(const Chunk& chunk) const {
    for (int tries = 1;; ++tries) {
      const std::string file = source_.file(chunk.file, chunk.file_size);
      if (crypto::sha256(file) == chunk.file) return unpacked(chunk, file);
      if (tries == most_tries)
        throw Error(Kind::failed,
                    fmt::format("the file '{}' comes damaged, {} times", chunk.file, tries))
            .set_hint("on the controller: provisioner image check " + manifest_.name);
    }
  }

  static std::string unpacked(const Chunk& chunk, const std::string& file) {
    std::string raw = chunk::unpack(file, chunk.length);
    if (crypto::sha256(raw) != chunk.raw)
      throw Error(Kind::failed,
                  fmt::format("the file '{}' holds other bytes than is said", chunk.file));
    return raw;
  }

  void keep_held(const Chunk& chunk, std::string_view raw) {
    copy(chunk, raw, 0, held_.head);
    copy(chunk, raw, body_end_, held_.tail);
  }

  // The part of a chunk that lies in a held stretch, which begins at `begin` of the disk.
  static void copy(const Chunk& chunk, std::string_view raw, std::uint64_t begin,
                   std::string& held) {
    const std::uint64_t from = std::max(chunk.offset, begin);
    const std::uint64_t to = std::min(chunk.offset + raw.size(), begin + held.size());
    if (from >= to) return;
    held.replace(from - begin, to - from, raw.substr(from - chunk.offset, to - from));
  }

  // What was written since the last time is on the medium, as it should be.
  void settle() {
    if (written_.empty()) return;
    disk_.sync();
    for (const Written& one : written_) {
      const std::string found = disk_.read(one.offset, one.length);
      const bool is_same =
          one.digest.empty() ? chunk::is_zero(found) : crypto::sha256(found) == one.digest;
      if (!is_same)
        throw Error(Kind::failed, fmt::format("the disk does not hold what was written to it at {} "
                                              "of {} bytes",
                                              one.offset, disk_.size()))
            .set_hint("such a disk is broken, or its cable or controller is");
    }
    written_.clear();
    done(std::exchange(unsettled_, 0));
  }

  void done(std::uint64_t bytes) {
    done_ += bytes;
    source_.told(done_);
  }

  const chunk::Manifest& manifest_;
  Disk& disk_;
  const ImageSource& source_;
  std::uint64_t body_end_ = 0;
  Held held_;
  std::vector<Written> written_;
  std::uint64_t done_ = 0, unsettled_ = 0;
};

void require_room(const chunk::Manifest& manifest, const Disk& disk) {
  if (disk.sector_size() != 512)
    throw Error(Kind::refused, fmt::format("the disk has sectors of {} bytes, images have 512",
                                           disk.sector_size()))
        .set_hint("many such disks can be switched: see the format commands of nvme or sg_format");
  if (disk.size() < manifest.size || disk.size() < head_size + tail_size)
    throw Error(Kind::refused, fmt::format("the image '{}' has {} bytes, the disk only {}",
                                           manifest.name, manifest.size, disk.size()));
}

// Whatever was to be booted here is gone after this, and the disk says what is going on.
void mark_unfinished(const std::string& digest, Disk& disk) {
  std::string head = std::string(modules::facts::unfinished_image) + digest + "\n";
  head.resize(head_size, '\0');
  disk.write(0, head);
  disk.write_zeros(disk.size() - tail_size, tail_size);
  disk.sync();
}

void write_back(std::uint64_t offset, std::string_view bytes, Disk& disk) {
  disk.write(offset, bytes);
  disk.sync();
  if (disk.read(offset, bytes.size()) != bytes)
    throw Error(Kind::failed,
                fmt::format("the disk does not hold the table that was written at {}", offset));
}

}  // namespace

Held write_image(const chunk::Manifest& manifest, const std::string& digest, Disk& disk,
                 const ImageSource& source) {
  require_room(manifest, disk);
  mark_unfinished(digest, disk);
  return Writer(manifest, disk, source).write();
}

void write_held(const Held& held, Disk& disk) {
  write_back(disk.size() - held.tail.size(), held.tail, disk);
  // Without the first sector neither BIOS nor UEFI looks at the rest, and a sector is never torn.
  const std::string_view head = held.head;
  const std::uint64_t sector = disk.sector_size();
  write_back(sector, head.substr(sector), disk);
  write_back(0, head.substr(0, sector), disk);
}

}  // namespace provisioner::deploy

// An image onto a disk, chunk by chunk.
#include "provisioner/node/disks/write_image.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/node/modules/facts/signatures.h"

namespace provisioner::disks {
namespace {

using base::Error;
using base::Kind;
using chunk::Chunk;

constexpr std::size_t chunks_a_sync = 8;  // 32 MiB: what a power cut costs at most
constexpr int most_tries = 3;             // of a file that comes damaged
constexpr int most_differences = 8;

// A stretch that was written, and what must be found there.
struct Written {
  std::uint64_t offset = 0, length = 0;
  std::string bytes;  // empty: zeros
};

// A chunk that is to be written; its bytes are on their way, while the one before is written.
struct Pending {
  const Chunk* chunk = nullptr;
  std::future<std::string> bytes;  // none where it is zero
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
    Pending pending;
    for (std::size_t passed = 0; passed < manifest_.chunks.size(); ++passed) {
      const std::size_t number = (source_.first + passed) % manifest_.chunks.size();
      const Chunk& chunk = manifest_.chunks[number];
      if (is_there(chunk)) {
        done(chunk.length);
        continue;
      }
      // One fetch at a time: the next begins when the last has ended, which is written meanwhile.
      const Chunk* const last = pending.chunk;
      std::string raw = arrived(pending);
      pending = begin(chunk);
      finish(last, std::move(raw));
    }
    finish(pending.chunk, arrived(pending));
    settle();
    return std::move(held_);
  }

 private:
  // The stretch of a chunk that lies neither in the head nor in the tail; it may be empty.
  struct Body {
    std::uint64_t begin = 0, end = 0;
    bool is_whole = false;
  };
  Body body_of(const Chunk& chunk) const {
    const std::uint64_t end = chunk.offset + chunk.length;
    Body body{std::max(chunk.offset, head_size), std::min(end, body_end_)};
    body.is_whole = body.begin == chunk.offset && body.end == end;
    return body;
  }

  // An earlier try leaves a disk as it should be, up to where it ended, but for what was already
  // configured: after some differences in a row the rest is not looked at.
  bool is_there(const Chunk& chunk) {
    if (differences_ == most_differences || !body_of(chunk).is_whole) return false;
    const std::string_view present = disk_.read(chunk.offset, chunk.length);
    if (chunk.is_zero) return chunk::is_zero(present);
    const bool is_same = !chunk::is_zero(present) && crypto::sha256(present) == chunk.raw;
    differences_ = is_same ? 0 : differences_ + 1;
    return is_same;
  }

  Pending begin(const Chunk& chunk) const {
    if (chunk.is_zero) return {&chunk, {}};
    return {&chunk, std::async(std::launch::async, [this, &chunk] { return fetched(chunk); })};
  }

  static std::string arrived(Pending& pending) {
    return pending.bytes.valid() ? pending.bytes.get() : "";
  }

  void finish(const Chunk* fetched, std::string raw) {
    if (fetched == nullptr) return;
    const Chunk& chunk = *fetched;
    const Body body = body_of(chunk);
    if (!body.is_whole && !chunk.is_zero) keep_held(chunk, raw);
    if (body.begin >= body.end) {
      done(chunk.length);
      return;
    }
    if (!body.is_whole && !chunk.is_zero)
      raw = raw.substr(body.begin - chunk.offset, body.end - body.begin);
    write_body(body, std::move(raw));
    unsettled_ += chunk.length;
    if (written_.size() >= chunks_a_sync) settle();
  }

  void write_body(const Body& body, std::string raw) {
    const std::uint64_t length = body.end - body.begin;
    if (raw.empty()) {
      disk_.write_zeros(body.begin, length);
    } else {
      disk_.write(body.begin, raw);
    }
    written_.push_back({body.begin, length, std::move(raw)});
  }

  // The digest vouches for the file, and the frame's own checksum for what is unpacked: a digest
  // of that would cost more than all the rest.
  std::string fetched(const Chunk& chunk) const {
    for (int tries = 1;; ++tries) {
      std::string file = source_.file(chunk.file, chunk.file_size);
      if (crypto::sha256(file) == chunk.file) {
        std::string raw = unpacked(chunk, file);
        source_.took(chunk.file, std::move(file));
        return raw;
      }
      if (tries == most_tries)
        throw Error(Kind::failed,
                    fmt::format("the file '{}' comes damaged, {} times", chunk.file, tries))
            .set_hint("on the controller: provisioner image verify " + manifest_.name);
    }
  }

  static std::string unpacked(const Chunk& chunk, const std::string& file) {
    std::string raw = chunk::unpack(file, chunk.length);
    if (!chunk::has_checksum(file) && crypto::sha256(raw) != chunk.raw)
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
      const std::string_view found = disk_.read(one.offset, one.length);
      const bool is_same = one.bytes.empty() ? chunk::is_zero(found) : found == one.bytes;
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
  int differences_ = 0;  // of chunks in a row
  Held held_;
  std::vector<Written> written_;
  std::uint64_t done_ = 0, unsettled_ = 0;
};

void write_back(std::uint64_t offset, std::string_view bytes, Disk& disk) {
  disk.write(offset, bytes);
  disk.sync();
  if (disk.read(offset, bytes.size()) != bytes)
    throw Error(Kind::failed,
                fmt::format("the disk does not hold the table that was written at {}", offset));
}

}  // namespace

void require_room(const chunk::Manifest& manifest, const Disk& disk) {
  if (disk.sector_size() != 512)
    throw Error(Kind::refused, fmt::format("the disk has sectors of {} bytes, images have 512",
                                           disk.sector_size()))
        .set_hint("many such disks can be switched: see the format commands of nvme or sg_format");
  if (disk.size() < manifest.size || disk.size() < head_size + tail_size)
    throw Error(Kind::refused, fmt::format("the image '{}' has {} bytes, the disk only {}",
                                           manifest.name, manifest.size, disk.size()));
}

void mark_unfinished(const std::string& digest, Disk& disk) {
  std::string head = std::string(modules::facts::unfinished_image) + digest + "\n";
  head.resize(head_size, '\0');
  // The first sector before all else: whatever a power cut leaves of the rest, it says whose it is.
  disk.write(0, std::string_view(head).substr(0, disk.sector_size()));
  disk.sync();
  disk.write(0, head);
  disk.write_zeros(disk.size() - tail_size, tail_size);
  disk.sync();
}

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

}  // namespace provisioner::disks

#pragma once

#include <functional>
#include <string>

#include "provisioner/base/chunk/disk_room.h"
#include "provisioner/base/chunk/manifest.h"
#include "provisioner/node/disks/disk.h"

namespace provisioner::disks {

constexpr std::uint64_t head_size = 1 << 20;  // boot code and the partition table: written last
constexpr std::uint64_t tail_size = chunk::table_tail;  // the backup table's place

// What is kept from the disk until all else is on it.
struct Held {
  std::string head;  // the first MiB
  std::string tail;  // the last bytes of the disk, which are the backup table
};

// Where the bytes come from, and who is told. `file` answers the file of that digest, whose size
// is known; it is called by one thread at a time, which is not the caller's: the next chunk is
// fetched while one is written. `took` gets, in the same thread, each file that is its digest's.
// `told` gets the bytes that are as they should be.
struct ImageSource {
  std::function<std::string(const std::string& digest, std::uint64_t size)> file;
  std::function<void(const std::string& digest, std::string file)> took =
      [](const std::string&, std::string) {};
  std::function<void(std::uint64_t done)> told = [](std::uint64_t) {};
  std::size_t first = 0;  // the number of the chunk to begin with; those before it come last
};

// Throws Error(refused) for a disk that is too small or has other sectors than 512 bytes.
void require_room(const chunk::Manifest& manifest, const Disk& disk);

// Takes away the disk's own head and tail: from then on no firmware finds anything to boot, and the
// disk says that it is unfinished (facts/signatures.h). `digest` is the manifest's.
void mark_unfinished(const std::string& digest, Disk& disk);

// Writes an image, all but its head and tail, and reads it back. The disk is marked unfinished
// first. Chunks that are on the disk already are not fetched, as long as most are: so the same call
// again resumes. `digest` is the manifest's. Throws what `require_room` throws, Error(failed) for a
// file that is not its digest's after three tries and for a disk that does not hold what was
// written.
Held write_image(const chunk::Manifest& manifest, const std::string& digest, Disk& disk,
                 const ImageSource& source);

// Tail, then head, its first sector last; each synced and read back. After this the disk can be
// booted, and before it cannot.
void write_held(const Held& held, Disk& disk);

}  // namespace provisioner::disks

#include "tests/support/fake_disk.h"

#include <algorithm>

#include "provisioner/base/base/error.h"

namespace provisioner::disks {

void FakeDisk::step() {
  ++steps;
  if (fails_at == steps) throw base::Error(base::Kind::failed, "cannot write 'disk': it is broken");
  if (cut_at != steps) return;
  for (const Stretch& stretch : unsynced_)
    for (std::uint64_t at = stretch.offset; at < stretch.offset + stretch.length; at += 512) {
      const std::uint64_t left = stretch.offset + stretch.length - at;
      const std::uint64_t length = std::min<std::uint64_t>(512, left);
      if (random_() % 2 == 0) medium.replace(at, length, cache_, at, length);
    }
  throw PowerCut();
}

std::string_view FakeDisk::read(std::uint64_t offset, std::uint64_t length) {
  seen_.assign(cache_, offset, length);
  return seen_;
}

void FakeDisk::write(std::uint64_t offset, std::string_view bytes) {
  std::ranges::fill(seen_, '?');
  cache_.replace(offset, bytes.size(), bytes);
  if (flips_bit_at && *flips_bit_at >= offset && *flips_bit_at < offset + bytes.size())
    cache_[*flips_bit_at] = static_cast<char>(cache_[*flips_bit_at] ^ 4);
  unsynced_.push_back({offset, bytes.size()});
  bytes_written += bytes.size();
  step();
}

void FakeDisk::write_zeros(std::uint64_t offset, std::uint64_t length) {
  write(offset, std::string(length, '\0'));
}

void FakeDisk::sync() {
  step();
  medium = cache_;
  unsynced_.clear();
}

}  // namespace provisioner::disks

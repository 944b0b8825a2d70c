// Chunk files that are given on to others.
#include "provisioner/node/fetch/chunk_shelf.h"

namespace provisioner::fetch {

bool ChunkShelf::keep(const std::string& digest, std::string file) {
  file.shrink_to_fit();
  const std::lock_guard guard(mutex_);
  if (expected_ == digest) expected_.clear();
  if (files_.contains(digest)) return true;
  const std::uint64_t more = file.capacity();
  if (more > most_bytes_ - bytes_) return false;
  files_.emplace(digest, std::make_shared<const std::string>(std::move(file)));
  bytes_ += more;
  return true;
}

ChunkShelf::File ChunkShelf::find(const std::string& digest) const {
  const std::lock_guard guard(mutex_);
  const auto file = files_.find(digest);
  return file == files_.end() ? nullptr : file->second;
}

void ChunkShelf::expect(const std::string& digest) {
  const std::lock_guard guard(mutex_);
  expected_ = digest;
}

bool ChunkShelf::is_expected(const std::string& digest) const {
  const std::lock_guard guard(mutex_);
  return expected_ == digest;
}

std::uint64_t ChunkShelf::bytes() const {
  const std::lock_guard guard(mutex_);
  return bytes_;
}

}  // namespace provisioner::fetch

// Layers of images, entry by entry, by libarchive: one reader of it unpacks, and another finds the
// entries in what the first gives it, so that whatever is unpacked passes through here.

#include "provisioner/cluster/registry/layer_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/cluster/registry/layer_failure.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t piece = 256 << 10;  // bytes
// Bytes that libarchive may ask for, and keep, before anything is unpacked of them, or an entry is
// known by them: names without an end, maps of holes.
constexpr std::uint64_t most_packed_ahead = 16 << 20, most_plain_ahead = 4 << 20;
constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t longest_path = 4096;  // bytes; no kernel takes more
constexpr int most_filters = 2;             // what unpacks, and what gives it the file
constexpr std::int64_t block_size = 512;    // bytes

std::string plain_path(const char* path) {
  std::vector<std::string> parts = base::split(path == nullptr ? "" : path, '/');
  std::erase_if(parts, [](const std::string& part) { return part.empty() || part == "."; });
  return base::join(parts, "/");
}

LayerEntry::Kind kind_of(archive_entry* entry) {
  using Kind = LayerEntry::Kind;
  if (archive_entry_hardlink(entry) != nullptr) return Kind::hard_link;
  if (archive_entry_filetype(entry) == AE_IFDIR) return Kind::folder;
  if (archive_entry_filetype(entry) != AE_IFREG) return Kind::other;
  return archive_entry_sparse_count(entry) > 0 ? Kind::sparse_file : Kind::file;
}

// Links, devices and folders have no bytes. Where their header says that they do, libarchive may
// believe it, and those who unpack images do not: what follows would be something else to each.
std::optional<LayerEntry> entry_of(archive_entry* found) {
  const char* target = archive_entry_hardlink(found);
  if (target == nullptr) target = archive_entry_symlink(found);
  const auto size = archive_entry_size(found);
  LayerEntry entry{.kind = kind_of(found),
                   .path = plain_path(archive_entry_pathname(found)),
                   .target = plain_path(target),
                   .size = static_cast<std::uint64_t>(size)};
  const bool has_bytes =
      entry.kind == LayerEntry::Kind::file || entry.kind == LayerEntry::Kind::sparse_file;
  if (size < 0 || (size > 0 && !has_bytes) ||
      std::max(entry.path.size(), entry.target.size()) > longest_path)
    return std::nullopt;
  return entry;
}

// Names that are no text in the locale are told as they are, with a warning that has this number.
bool is_entry(int status, archive* reader) {
  return status == ARCHIVE_OK || (status == ARCHIVE_WARN && archive_errno(reader) == EILSEQ);
}

}  // namespace

void LayerStream::Close::operator()(archive* reader) const { archive_read_free(reader); }

LayerStream::LayerStream(const std::string& path, std::chrono::milliseconds patience)
    : path_(path),
      patience_(patience),
      end_(os::system_clock().now() + patience),
      file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      packed_room_(most_packed_ahead),
      plain_room_(any),
      unpacker_(archive_read_new()),
      entries_(archive_read_new()) {
  archive_read_support_filter_gzip(unpacker_.get());
  archive_read_support_filter_zstd(unpacker_.get());
  archive_read_support_format_raw(unpacker_.get());
  archive_read_support_format_tar(entries_.get());
  archive_entry* all = nullptr;
  const bool is_open =
      archive_read_open2(unpacker_.get(), this, nullptr, give_packed, nullptr, nullptr) ==
          ARCHIVE_OK &&
      archive_read_next_header(unpacker_.get(), &all) == ARCHIVE_OK &&
      archive_filter_count(unpacker_.get()) <= most_filters &&
      archive_read_open2(entries_.get(), this, nullptr, give_plain, nullptr, nullptr) == ARCHIVE_OK;
  is_over_ = !is_open;
}

// Nothing may be thrown through libarchive.
bool LayerStream::is_late() {
  is_late_ = is_late_ || os::milliseconds_until(end_) == 0;
  return is_late_;
}

void LayerStream::throw_if_late() const {
  if (is_late_) throw too_slow_layer(path_, patience_);
}

ssize_t LayerStream::give_packed(archive*, void* layer, const void** bytes) {
  auto& self = *static_cast<LayerStream*>(layer);
  if (self.is_late() || self.packed_room_ < piece) return ARCHIVE_FATAL;
  self.packed_room_ -= piece;
  self.buffer_.resize(piece);
  if (os::read_all_at(self.file_.number(), self.place_, self.buffer_)) return ARCHIVE_FATAL;
  self.place_ += self.buffer_.size();
  *bytes = self.buffer_.data();
  return static_cast<ssize_t>(self.buffer_.size());
}

ssize_t LayerStream::give_plain(archive*, void* layer, const void** bytes) {
  auto& self = *static_cast<LayerStream*>(layer);
  if (self.is_late()) return ARCHIVE_FATAL;
  self.packed_room_ = most_packed_ahead;
  std::size_t size = 0;
  std::int64_t offset = 0;
  const int status = archive_read_data_block(self.unpacker_.get(), bytes, &size, &offset);
  self.is_unpacked_ = status == ARCHIVE_EOF;
  if (self.is_unpacked_) return 0;
  if (status != ARCHIVE_OK || size > self.plain_room_) return ARCHIVE_FATAL;
  self.plain_room_ -= size;
  return static_cast<ssize_t>(size);
}

// Two blocks of zeros, or none; libarchive takes one for it as well, where there may be more.
bool LayerStream::is_end() const {
  return is_unpacked_ ||
         archive_filter_bytes(entries_.get(), 0) - archive_read_header_position(entries_.get()) !=
             block_size;
}

std::optional<LayerEntry> LayerStream::next() {
  throw_if_late();
  if (is_over_) return std::nullopt;
  archive_entry* found = nullptr;
  int status = is_in_entry_ ? archive_read_data_skip(entries_.get()) : ARCHIVE_OK;
  plain_room_ = most_plain_ahead;
  if (status == ARCHIVE_OK) status = archive_read_next_header(entries_.get(), &found);
  plain_room_ = any;
  throw_if_late();
  is_whole_ = status == ARCHIVE_EOF && is_end();
  auto entry = is_entry(status, entries_.get()) ? entry_of(found) : std::nullopt;
  is_in_entry_ = entry.has_value();
  is_over_ = !is_in_entry_;
  return entry;
}

std::string LayerStream::read(std::size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    const std::size_t before = bytes.size();
    bytes.resize(before + std::min(count - before, piece));
    const ssize_t more =
        archive_read_data(entries_.get(), bytes.data() + before, bytes.size() - before);
    bytes.resize(before + static_cast<std::size_t>(std::max<ssize_t>(more, 0)));
    throw_if_late();
    if (more <= 0) break;
  }
  return bytes;
}

}  // namespace provisioner::registry

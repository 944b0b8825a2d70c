// Layers of images, entry by entry, by libarchive: one reader of it unpacks, and another finds the
// entries in what the first gives it, so that whatever is unpacked passes through here.

#include "provisioner/cluster/registry/layer_stream.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/failure.h"
#include "provisioner/cluster/registry/layer_failure.h"
#include "provisioner/cluster/registry/tar_headers.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t piece = 256 << 10;  // bytes
// Bytes that libarchive may ask for, and keep, before anything is unpacked of them, or an entry is
// known by them: names without an end, maps of holes.
constexpr std::uint64_t most_packed_ahead = 16 << 20, most_plain_ahead = 4 << 20;
constexpr std::size_t most_passing = most_plain_ahead + 4 * piece;
constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t longest_path = 4096;  // bytes; no kernel takes more
constexpr int most_filters = 2;             // what unpacks, and what gives it the file
constexpr std::uint64_t block_size = 512;   // bytes

os::Descriptor opened(const std::string& path) {
  os::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) os::fail("open", path, errno);
  return file;
}

std::uint64_t size_of(const os::Descriptor& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) os::fail("open", path, errno);
  return static_cast<std::uint64_t>(status.st_size);
}

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

bool leads_up(const std::string& path) {
  return ("/" + path + "/").find("/../") != std::string::npos;
}

// Whoever unpacks images looks for what has ".." in its name at another place.
bool has_plain_paths(const LayerEntry& entry) {
  const bool is_link = entry.kind == LayerEntry::Kind::hard_link;
  return !leads_up(entry.path) && !(is_link && leads_up(entry.target)) &&
         std::max(entry.path.size(), entry.target.size()) <= longest_path;
}

// Links, devices and folders have no bytes. Where their header says that they do, libarchive may
// believe it, and those who unpack images do not: what follows would be something else to each.
std::optional<LayerEntry> entry_of(archive_entry* found) {
  const char* name = archive_entry_pathname(found);
  const char* target = archive_entry_hardlink(found);
  if (target == nullptr) target = archive_entry_symlink(found);
  const auto size = archive_entry_size(found);
  if (name == nullptr || *name == '\0' || size < 0) return std::nullopt;
  LayerEntry entry{.kind = kind_of(found),
                   .path = plain_path(name),
                   .target = plain_path(target),
                   .size = static_cast<std::uint64_t>(size)};
  const bool has_bytes =
      entry.kind == LayerEntry::Kind::file || entry.kind == LayerEntry::Kind::sparse_file;
  if (!has_plain_paths(entry) || (size > 0 && !has_bytes)) return std::nullopt;
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
      file_(opened(path)),
      file_size_(size_of(file_, path)),
      buffer_(piece, '\0'),
      packed_room_(most_packed_ahead),
      plain_room_(any),
      unpacker_(archive_read_new()),
      entries_(archive_read_new()) {
  passing_.reserve(most_passing);
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

void LayerStream::throw_if_stopped() const {
  if (problem_) os::fail("read", path_, problem_.value());
  if (is_late_) throw too_slow_layer(path_, patience_);
}

ssize_t LayerStream::give_packed(archive*, void* layer, const void** bytes) {
  auto& self = *static_cast<LayerStream*>(layer);
  if (self.is_late() || self.packed_room_ < piece) return ARCHIVE_FATAL;
  self.packed_room_ -= piece;
  self.buffer_.resize(piece);
  self.problem_ = os::read_all_at(self.file_.number(), self.place_, self.buffer_);
  if (self.problem_) return ARCHIVE_FATAL;
  self.place_ += self.buffer_.size();
  *bytes = self.buffer_.data();
  return static_cast<ssize_t>(self.buffer_.size());
}

// libarchive ends quietly at a second member of gzip that it does not know, and others go on.
bool LayerStream::is_all_unpacked() const {
  return archive_filter_bytes(unpacker_.get(), -1) == static_cast<std::int64_t>(file_size_);
}

ssize_t LayerStream::give_plain(archive*, void* layer, const void** bytes) {
  auto& self = *static_cast<LayerStream*>(layer);
  if (self.is_late()) return ARCHIVE_FATAL;
  self.packed_room_ = most_packed_ahead;
  std::size_t size = 0;
  std::int64_t offset = 0;
  const int status = archive_read_data_block(self.unpacker_.get(), bytes, &size, &offset);
  self.is_unpacked_ = status == ARCHIVE_EOF && self.is_all_unpacked();
  if (self.is_unpacked_) return 0;
  if (status != ARCHIVE_OK || size > self.plain_room_ ||
      !self.keep_passing({static_cast<const char*>(*bytes), size}))
    return ARCHIVE_FATAL;
  self.plain_room_ -= size;
  return static_cast<ssize_t>(size);
}

std::uint64_t LayerStream::place_in_archive() const {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(archive_filter_bytes(entries_.get(), 0), 0));
}

// What libarchive is past is let go of, so that there is room.
bool LayerStream::keep_passing(std::string_view bytes) {
  const std::uint64_t begin = is_in_headers_ ? headers_at_ : place_in_archive();
  passing_.erase(0, begin - passing_at_);
  passing_at_ = begin;
  if (bytes.size() > most_passing - passing_.size()) return false;
  passing_ += bytes;
  return true;
}

// Two blocks of zeros, or none; libarchive takes one for it as well, where there may be more.
bool LayerStream::is_end() const {
  return is_unpacked_ || place_in_archive() - headers_at_ != block_size;
}

// More of the last entry's bytes. Where libarchive has more of them than their size, or fewer, the
// records that precede it have told it something else than they tell others.
bool LayerStream::has_bytes() {
  if (!block_.empty() || is_over_) return !is_over_;
  const void* bytes = nullptr;
  std::size_t size = 0;
  std::int64_t offset = 0;
  const int status = archive_read_data_block(entries_.get(), &bytes, &size, &offset);
  throw_if_stopped();
  const bool has_more = status == ARCHIVE_OK && size > 0 && size <= left_;
  is_over_ = !has_more && (status != ARCHIVE_EOF || left_ > 0);
  if (!has_more) return false;
  block_ = {static_cast<const char*>(bytes), size};
  left_ -= size;
  return true;
}

// To the next entry's headers, which others look for behind the last one's size.
bool LayerStream::pass_entry() {
  using Kind = LayerEntry::Kind;
  if (entry_.kind == Kind::sparse_file) return archive_read_data_skip(entries_.get()) == ARCHIVE_OK;
  while (has_bytes()) block_ = {};
  const std::uint64_t blocks = (entry_.size + block_size - 1) / block_size;
  return !is_over_ && place_in_archive() - bytes_at_ == blocks * block_size;
}

int LayerStream::read_header(archive_entry*& found) {
  headers_at_ = place_in_archive();
  is_in_headers_ = true;
  plain_room_ = most_plain_ahead;
  const int status = archive_read_next_header(entries_.get(), &found);
  plain_room_ = any;
  is_in_headers_ = false;
  return status;
}

bool LayerStream::is_read_alike(const LayerEntry& entry) const {
  return have_one_meaning(std::string_view(passing_).substr(headers_at_ - passing_at_,
                                                            place_in_archive() - headers_at_),
                          entry.kind);
}

std::optional<LayerEntry> LayerStream::next() {
  throw_if_stopped();
  is_over_ = is_over_ || (is_in_entry_ && !pass_entry());
  if (is_over_) return std::nullopt;
  archive_entry* found = nullptr;
  const int status = read_header(found);
  throw_if_stopped();
  is_whole_ = status == ARCHIVE_EOF && is_end();
  auto entry = is_entry(status, entries_.get()) ? entry_of(found) : std::nullopt;
  is_in_entry_ = entry && is_read_alike(*entry);
  is_over_ = !is_in_entry_;
  if (is_over_) return std::nullopt;
  entry_ = *entry;
  bytes_at_ = place_in_archive();
  left_ = entry_.size;
  return entry;
}

std::string LayerStream::read(std::size_t count) {
  std::string bytes;
  while (bytes.size() < count && has_bytes()) {
    const std::string_view part = block_.substr(0, count - bytes.size());
    bytes += part;
    block_.remove_prefix(part.size());
  }
  return bytes;
}

}  // namespace provisioner::registry

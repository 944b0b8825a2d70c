#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"

struct archive;  // libarchive's, like the next
struct archive_entry;

namespace provisioner::registry {

// What a layer of an image has at one path.
struct LayerEntry {
  enum class Kind : std::uint8_t { file, sparse_file, hard_link, folder, other };
  Kind kind = Kind::other;
  std::string path;        // without "/" or "./" before it
  std::string target;      // of a link, likewise
  std::uint64_t size = 0;  // bytes of a file
};

// A layer from its first entry to its last while it is unpacked, without a place to unpack it to:
// an archive as POSIX (pax, ustar) or GNU tar write it, plain or packed by gzip or zstd. It may be
// anybody's, and is held in pieces of a bounded size. What containerd would take for something else
// ends it. Not for threads.
class LayerStream {
 public:
  // Whatever takes longer than `patience`, or a file that cannot be read, throws Error(failed).
  LayerStream(const std::string& path, std::chrono::milliseconds patience);
  LayerStream(const LayerStream&) = delete;  // libarchive knows where it lies
  LayerStream& operator=(const LayerStream&) = delete;

  std::optional<LayerEntry> next();
  // Of the last entry, which is a file: as many bytes as are asked for, fewer only where it ends,
  // and never more in all than its size.
  std::string read(std::size_t count);
  // Once there is no next entry: that this was the archive's end, and nothing before it was
  // damaged, of a form that is not known here, or one thing to libarchive and another to
  // containerd. Of files with holes, and of what follows them, the last is not known.
  bool is_whole() const { return is_whole_; }

 private:
  struct Close {
    void operator()(::archive* reader) const;
  };
  using Reader = std::unique_ptr<::archive, Close>;

  // What libarchive asks for: more of the file, and more of what it unpacks to.
  static ssize_t give_packed(::archive* reader, void* layer, const void** bytes);
  static ssize_t give_plain(::archive* reader, void* layer, const void** bytes);
  bool is_late();
  void throw_if_stopped() const;
  bool is_all_unpacked() const;
  bool is_end() const;
  std::uint64_t place_in_archive() const;
  bool keep_passing(std::string_view bytes);
  bool has_bytes();
  bool pass_entry();
  int read_header(::archive_entry*& found);
  bool is_read_alike(const LayerEntry& entry) const;

  std::string path_;
  std::chrono::milliseconds patience_;
  os::Instant end_;
  os::Descriptor file_;
  std::uint64_t file_size_;
  std::uint64_t place_ = 0;  // in the file
  std::error_code problem_;  // of reading it
  std::string buffer_;
  // Bytes that libarchive may ask for before something comes of them.
  std::uint64_t packed_room_, plain_room_;
  // What was unpacked last, from its place in the archive on: all of an entry's headers.
  std::string passing_;
  std::uint64_t passing_at_ = 0, headers_at_ = 0;
  LayerEntry entry_;            // the last one
  std::uint64_t bytes_at_ = 0;  // where its bytes begin in the archive
  std::uint64_t left_ = 0;      // of them, not told of by libarchive yet
  std::string_view block_;      // of them, told of and not read
  bool is_late_ = false, is_unpacked_ = false, is_in_headers_ = true, is_in_entry_ = false;
  bool is_whole_ = false, is_over_ = false;
  Reader unpacker_, entries_;
};

}  // namespace provisioner::registry

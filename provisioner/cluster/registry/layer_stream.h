#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/process.h"

namespace provisioner::registry {

// What a layer of an image has at one path.
struct LayerEntry {
  enum class Kind : std::uint8_t { file, sparse_file, hard_link, folder, other };
  Kind kind = Kind::other;
  std::string path;        // without "/" or "./" before it
  std::string target;      // of a hard link, likewise
  std::uint64_t size = 0;  // bytes of a file
};

// What pax, or GNU's own way of it, says of the next entry, by pax's keys.
using LayerRecords = std::map<std::string, std::string, std::less<>>;

// A layer from its first entry to its last while it is unpacked, without a place to unpack it to:
// an archive as POSIX (pax, ustar) or GNU tar write it, plain or packed by gzip or zstd. It may be
// anybody's, and is held in pieces of a bounded size. Not for threads.
class LayerStream {
 public:
  // Whatever takes longer than `patience` throws Error(failed).
  LayerStream(const std::string& archive, std::chrono::milliseconds patience);

  std::optional<LayerEntry> next();
  // Of the last entry's file: as many bytes as are asked for, fewer only where it ends. Those of a
  // sparse one are not told.
  std::string read(std::size_t count);
  // Once there is no next entry: that this was the archive's end, and nothing before it was damaged
  // or of a form that is not known here.
  bool is_whole() const { return is_whole_; }

 private:
  std::string_view some(std::size_t most);  // empty at the end of all
  std::string take(std::size_t count);
  bool skip(std::uint64_t count);  // false where there are fewer
  std::optional<LayerEntry> entry_of(const std::string& header, LayerRecords& records);
  bool take_records(const std::string& header, LayerRecords& records);
  bool skip_map_of_holes(const std::string& header);
  bool is_end(const std::string& first);

  std::string archive_;
  std::chrono::milliseconds patience_;
  os::Instant end_;
  os::Child unpacker_;
  std::string buffer_;
  std::size_t read_ = 0;       // of the buffer
  std::uint64_t left_ = 0;     // bytes of the entry that nobody has asked for
  std::uint64_t padding_ = 0;  // up to the next header
  bool is_whole_ = false;
  bool is_over_ = false;
};

}  // namespace provisioner::registry

// ZIP archives (PKWARE's APPNOTE.TXT 6.3.10, chapter 4), unpacked by zlib.

#include "provisioner/cluster/registry/zip_entries.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "provisioner/cluster/registry/little_endian.h"

namespace provisioner::registry {
namespace {

constexpr std::uint64_t largest_directory = 64 << 20;  // bytes
constexpr std::size_t most_wanted = 100'000;
constexpr std::size_t piece = 64 << 10;  // bytes
constexpr std::uint16_t stored = 0, deflated = 8;

// Sizes in bytes, and where in each structure its fields lie (4.3.7, 4.3.12 to 4.3.16).
namespace local {
constexpr std::size_t size = 30, name_size = 26, more_size = 28;
}
namespace listed {
constexpr std::size_t size = 46, flags = 8, method = 10, packed_size = 20, full_size = 24,
                      name_size = 28, more_size = 30, comment_size = 32, header = 42;
}
namespace end {
constexpr std::size_t size = 22, directory_size = 12, directory_offset = 16, comment_size = 20;
}
namespace end_64 {
constexpr std::size_t size = 56, directory_size = 40, directory_offset = 48;
constexpr std::size_t locator_size = 20, locator_offset = 8;
}  // namespace end_64
constexpr std::uint32_t is_in_64 = 0xffffffff;  // a field whose number stands in its long form

struct Directory {
  std::uint64_t place = 0, size = 0;  // bytes
  std::uint64_t shift = 0;            // bytes before the archive, which its offsets do not count
};

std::optional<Directory> directory_ending_at(std::uint64_t place, std::uint64_t size,
                                             std::uint64_t offset) {
  if (size > largest_directory || size > place || offset > place - size) return std::nullopt;
  return Directory{.place = place - size, .size = size, .shift = place - size - offset};
}

std::optional<Directory> long_directory(const BytesAt& archive, std::uint64_t end_place) {
  if (end_place < end_64::locator_size + end_64::size) return std::nullopt;
  const std::uint64_t locator_place = end_place - end_64::locator_size;
  const std::string locator = archive(locator_place, end_64::locator_size);
  if (!locator.starts_with("PK\6\7")) return std::nullopt;
  // Its offset does not count what stands before the archive either.
  for (const std::uint64_t place :
       {little_endian(locator, end_64::locator_offset, 8), locator_place - end_64::size}) {
    const std::string found = place < locator_place ? archive(place, end_64::size) : "";
    if (found.starts_with("PK\6\6") && found.size() == end_64::size)
      return directory_ending_at(place, little_endian(found, end_64::directory_size, 8),
                                 little_endian(found, end_64::directory_offset, 8));
  }
  return std::nullopt;
}

// It is the last thing in the archive, but for a comment of up to 64 KiB.
std::optional<Directory> directory_of(const BytesAt& archive, std::uint64_t size) {
  const std::uint64_t tail_size = std::min<std::uint64_t>(size, end::size + 0xffff);
  const std::string tail = archive(size - tail_size, tail_size);
  const std::size_t at = tail.rfind("PK\5\6");
  if (at == std::string::npos || tail.size() - at < end::size) return std::nullopt;
  const std::string_view found = std::string_view(tail).substr(at);
  if (little_endian(found, end::comment_size, 2) > found.size() - end::size) return std::nullopt;
  const std::uint64_t place = size - tail_size + at;
  if (auto directory = long_directory(archive, place)) return directory;
  return directory_ending_at(place, little_endian(found, end::directory_size, 4),
                             little_endian(found, end::directory_offset, 4));
}

// The long forms, in the order of the fields that they stand for (4.5.3).
void take_long_numbers(std::string_view more, bool is_full_size_long, ZipEntry& entry) {
  while (more.size() >= 4) {
    const std::uint64_t kind = little_endian(more, 0, 2), size = little_endian(more, 2, 2);
    if (kind == 1) {
      std::size_t at = is_full_size_long ? 12 : 4;
      for (std::uint64_t* number : {&entry.packed_size, &entry.header}) {
        if (*number != is_in_64) continue;
        *number = little_endian(more, at, 8);
        at += 8;
      }
      return;
    }
    more.remove_prefix(std::min<std::size_t>(more.size(), 4 + size));
  }
}

struct EndInflating {
  void operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
  }
};

// Bare deflate, without a header of zlib's: that is asked for by a negative size of the window.
std::unique_ptr<z_stream, EndInflating> inflating() {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), -MAX_WBITS) != Z_OK) return nullptr;
  return std::unique_ptr<z_stream, EndInflating>(stream.release());
}

std::optional<std::string> inflated(const BytesAt& archive, std::uint64_t place, std::uint64_t left,
                                    std::size_t most) {
  const auto stream = inflating();
  if (!stream) return std::nullopt;
  std::string bytes, packed, room(piece, '\0');
  while (bytes.size() < most) {
    if (stream->avail_in == 0) {
      packed = archive(place, std::min<std::uint64_t>(left, piece));
      if (packed.empty()) return std::nullopt;
      place += packed.size();
      left -= packed.size();
      stream->next_in = reinterpret_cast<Bytef*>(packed.data());
      stream->avail_in = static_cast<uInt>(packed.size());
    }
    stream->next_out = reinterpret_cast<Bytef*>(room.data());
    stream->avail_out = static_cast<uInt>(room.size());
    const int status = inflate(stream.get(), Z_NO_FLUSH);
    if (status != Z_OK && status != Z_STREAM_END) return std::nullopt;
    bytes.append(room, 0, std::min(room.size() - stream->avail_out, most - bytes.size()));
    if (status == Z_STREAM_END) break;
  }
  return bytes;
}

}  // namespace

bool ZipEntry::is_stored() const { return method == stored && !is_encrypted; }

std::optional<std::vector<ZipEntry>> zip_entries(
    const BytesAt& archive, std::uint64_t size,
    const std::function<bool(const std::string&)>& is_wanted) {
  const auto directory = directory_of(archive, size);
  if (!directory) return std::nullopt;
  const std::string bytes = archive(directory->place, directory->size);
  if (bytes.size() != directory->size) return std::nullopt;
  std::vector<ZipEntry> entries;
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const std::size_t name_size = little_endian(rest, listed::name_size, 2),
                      more_size = little_endian(rest, listed::more_size, 2),
                      whole_size = listed::size + name_size + more_size +
                                   little_endian(rest, listed::comment_size, 2);
    if (!rest.starts_with("PK\1\2") || whole_size > rest.size() || entries.size() >= most_wanted)
      return std::nullopt;
    ZipEntry entry{.name = std::string(rest.substr(listed::size, name_size)),
                   .header = little_endian(rest, listed::header, 4),
                   .packed_size = little_endian(rest, listed::packed_size, 4),
                   .method = static_cast<std::uint16_t>(little_endian(rest, listed::method, 2)),
                   .is_encrypted = (little_endian(rest, listed::flags, 2) & 1U) != 0};
    if (is_wanted(entry.name)) {
      take_long_numbers(rest.substr(listed::size + name_size, more_size),
                        little_endian(rest, listed::full_size, 4) == is_in_64, entry);
      entry.header += directory->shift;
      entries.push_back(std::move(entry));
    }
    rest.remove_prefix(whole_size);
  }
  return entries;
}

std::optional<std::uint64_t> zip_place(const BytesAt& archive, const ZipEntry& entry) {
  const std::string header = archive(entry.header, local::size);
  if (header.size() != local::size || !header.starts_with("PK\3\4")) return std::nullopt;
  return entry.header + local::size + little_endian(header, local::name_size, 2) +
         little_endian(header, local::more_size, 2);
}

std::optional<std::string> zip_bytes(const BytesAt& archive, const ZipEntry& entry,
                                     std::size_t most) {
  const auto place = zip_place(archive, entry);
  if (!place || entry.is_encrypted) return std::nullopt;
  if (entry.method == deflated) return inflated(archive, *place, entry.packed_size, most);
  if (entry.method != stored) return std::nullopt;
  const std::uint64_t size = std::min<std::uint64_t>(entry.packed_size, most);
  std::string bytes = archive(*place, size);
  if (bytes.size() != size) return std::nullopt;
  return bytes;
}

}  // namespace provisioner::registry

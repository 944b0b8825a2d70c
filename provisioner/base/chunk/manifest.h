#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::chunk {

constexpr std::uint64_t chunk_size = 4 << 20;  // bytes; only the last one of an image is shorter

// A stretch of a disk. One of zeros has no file.
struct Chunk {
  std::uint64_t offset = 0, length = 0;
  bool is_zero = false;
  std::string raw;   // SHA-256 of the bytes on the disk, hex
  std::string file;  // SHA-256 of the zstd file that holds them: its name
  std::uint64_t file_size = 0;
};

struct Package {
  std::string name, version, architecture;
};

// A whole disk as it is to be: chunks in the order of their offsets, without gaps, from 0 to
// `size`.
struct Manifest {
  std::string name;     // "debian-12"
  std::string version;  // "20261128.1": what its maker called it
  std::uint64_t size = 0;
  std::vector<Package> packages;  // in the order of their names; empty for an imported image
  std::vector<Chunk> chunks;
};

// The manifest's one form in bytes: what is signed and digested (docs/bare-metal.md).
std::string to_json(const Manifest& manifest);

// Whether an image or a version may be called so: it becomes the name of a file.
bool is_name(std::string_view text);

// Checks all: format, digests' form, gaps, overlaps, lengths, bounds. Throws Error(input) that
// names the chunk.
Manifest read_manifest(std::string_view json);

// A zstd frame of at most chunk_size bytes. `pack` gives the same bytes for the same text.
std::string pack(std::string_view raw);
// Throws Error(input) where it is no such frame, or not of `length` bytes when unpacked.
std::string unpack(std::string_view file, std::uint64_t length);
// Whether unpacking checks what comes out: `pack` sees to it, files of others may not have it.
bool has_checksum(std::string_view file);

bool is_zero(std::string_view raw);

}  // namespace provisioner::chunk

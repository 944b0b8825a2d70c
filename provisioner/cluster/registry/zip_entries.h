#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace provisioner::registry {

// What lies at a place of a file: as many bytes as are asked for, fewer only where it ends.
using BytesAt = std::function<std::string(std::uint64_t offset, std::size_t count)>;

// An entry of a ZIP archive, as the archive's directory has it.
struct ZipEntry {
  std::string name;
  std::uint64_t header = 0;       // where it begins in the archive
  std::uint64_t packed_size = 0;  // bytes
  std::uint16_t method = 0;
  bool is_encrypted = false;

  bool is_stored() const;  // as it is, so that its bytes can be read where they lie
};

// Those entries whose name is wanted, of an archive of `size` bytes, with or without something
// before it (a program that unpacks it). It may be anybody's: nullopt where it is no archive, is
// damaged, has a directory of over 64 MiB, or more than 100,000 that are wanted.
std::optional<std::vector<ZipEntry>> zip_entries(
    const BytesAt& archive, std::uint64_t size,
    const std::function<bool(const std::string&)>& is_wanted);

// Where the entry's bytes begin; nullopt where there is no such entry.
std::optional<std::uint64_t> zip_place(const BytesAt& archive, const ZipEntry& entry);

// The first `most` bytes of an entry, unpacked. Nullopt where it is damaged, encrypted, or packed
// in another way than by deflate.
std::optional<std::string> zip_bytes(const BytesAt& archive, const ZipEntry& entry,
                                     std::size_t most);

}  // namespace provisioner::registry

// RPM's own database, "ndb" (rpm's lib/backend/ndb/rpmpkg.c).

#include <cstdint>
#include <string_view>

#include "provisioner/cluster/registry/little_endian.h"
#include "provisioner/cluster/registry/package_lists.h"

namespace provisioner::registry {
namespace {

constexpr std::size_t page_size = 4096, block_size = 16, slot_size = 16, head_size = 32;  // bytes
constexpr std::size_t blob_head_size = 16;
constexpr std::size_t version_at = 4, pages_at = 12;                 // in the file's head
constexpr std::size_t package_at = 4, place_at = 8, blocks_at = 12;  // in a slot
constexpr std::size_t blob_package_at = 4, blob_length_at = 12;      // in a blob's head

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  return little_endian(bytes, at, 4);
}

// A package's header, where its slot says that it lies.
std::optional<std::string> header_of(std::string_view file, std::string_view slot) {
  const std::uint64_t place = number_at(slot, place_at) * block_size,
                      size = number_at(slot, blocks_at) * block_size;
  if (size < blob_head_size || place > file.size() || size > file.size() - place)
    return std::nullopt;
  const std::string_view blob = file.substr(place, size);
  const std::uint64_t length = number_at(blob, blob_length_at);
  if (!blob.starts_with("BlbS") ||
      number_at(blob, blob_package_at) != number_at(slot, package_at) ||
      length > size - blob_head_size)
    return std::nullopt;
  return std::string(blob.substr(blob_head_size, length));
}

}  // namespace

std::optional<std::vector<Package>> read_rpm_packages_db(const std::string& file) {
  if (file.size() < page_size || !file.starts_with("RpmP") || number_at(file, version_at) != 0)
    return std::nullopt;
  const std::uint64_t slots_end = number_at(file, pages_at) * page_size;
  if (slots_end == 0 || slots_end > file.size()) return std::nullopt;
  std::vector<std::string> headers;
  std::size_t left = file.size();  // slots of damaged files may lie in each other
  for (std::size_t at = head_size; at < slots_end; at += slot_size) {
    const std::string_view slot = std::string_view(file).substr(at, slot_size);
    if (!slot.starts_with("Slot")) return std::nullopt;
    if (number_at(slot, place_at) == 0) continue;
    auto header = header_of(file, slot);
    if (!header || header->size() > left) return std::nullopt;
    left -= header->size();
    headers.push_back(*std::move(header));
  }
  return read_rpm_headers(headers);
}

}  // namespace provisioner::registry

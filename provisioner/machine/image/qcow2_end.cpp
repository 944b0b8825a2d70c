// Where the last cluster of a qcow2 file ends (docs/interop/qcow2.txt of QEMU).

#include "provisioner/machine/image/qcow2_end.h"

#include <fcntl.h>

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/files.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::uint64_t sector = 512, largest_table = 32 << 20;  // QCOW_MAX_L1_SIZE
constexpr std::uint64_t offset_mask = 0x00ff'ffff'ffff'fe00;
constexpr std::uint64_t is_compressed = std::uint64_t{1} << 62, reads_as_zeros = 1;

struct Layout {
  unsigned cluster_bits = 0;
  std::uint64_t cluster = 0, table = 0, entries = 0;  // bytes, bytes, count
  bool has_subclusters = false;                       // an entry is followed by their bitmap
};

[[noreturn]] void refuse(const std::string& path) {
  throw Error(Kind::input, "'" + path + "' has tables of clusters that cannot be right");
}

std::uint64_t number_at(const std::string& bytes, std::size_t at, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t index = at; index < at + count; ++index)
    number = number << 8 | static_cast<unsigned char>(bytes[index]);
  return number;
}

std::string read_at(const os::Descriptor& file, std::uint64_t offset, std::uint64_t size,
                    const std::string& path) {
  std::string bytes(size, '\0');
  if (os::read_all_at(file.number(), offset, bytes) || bytes.size() < size) refuse(path);
  return bytes;
}

Layout layout_of(const std::string& header, const std::string& path) {
  Layout layout;
  layout.cluster_bits = static_cast<unsigned>(number_at(header, 20, 4));
  if (layout.cluster_bits < 9 || layout.cluster_bits > 21) refuse(path);
  layout.cluster = std::uint64_t{1} << layout.cluster_bits;
  layout.entries = number_at(header, 36, 4);
  layout.table = number_at(header, 40, 8);
  const bool has_features = number_at(header, 4, 4) >= 3;
  layout.has_subclusters = has_features && (number_at(header, 72, 8) & 0x10U) != 0;
  if (layout.entries * 8 > largest_table) refuse(path);
  return layout;
}

// A compressed cluster's descriptor counts the sectors that its stream touches. QEMU fills up the
// last of them when it is done, so that a file that ends before its end was cut off: of a stream
// that goes on where the file ends qemu-img takes zeros, and unpacks something else from them.
std::uint64_t end_of(std::uint64_t entry, const Layout& layout) {
  if ((entry & is_compressed) != 0) {
    const unsigned shift = 62 - (layout.cluster_bits - 8);
    const std::uint64_t offset = entry & ((std::uint64_t{1} << shift) - 1);
    const std::uint64_t more = (entry & (is_compressed - 1)) >> shift;
    return (offset / sector + 1 + more) * sector;
  }
  const std::uint64_t offset = entry & offset_mask;
  const bool has_bytes = layout.has_subclusters || (entry & reads_as_zeros) == 0;
  return offset == 0 || !has_bytes ? 0 : offset + layout.cluster;
}

}  // namespace

std::uint64_t needed_size(const std::string& qcow2) {
  constexpr std::size_t header_bytes = 104;
  const os::Descriptor file(::open(qcow2.c_str(), O_RDONLY | O_CLOEXEC));
  const Layout layout = layout_of(read_at(file, 0, header_bytes, qcow2), qcow2);
  const std::size_t step = layout.has_subclusters ? 16 : 8;
  const std::string first = read_at(file, layout.table, layout.entries * 8, qcow2);
  std::uint64_t end = 0;
  for (std::size_t at = 0; at < first.size(); at += 8) {
    const std::uint64_t offset = number_at(first, at, 8) & offset_mask;
    if (offset == 0) continue;
    const std::string second = read_at(file, offset, layout.cluster, qcow2);
    for (std::size_t entry = 0; entry < second.size(); entry += step)
      end = std::max(end, end_of(number_at(second, entry, 8), layout));
  }
  return end;
}

}  // namespace provisioner::image

// From a raw disk to chunks in the store.

#include "provisioner/machine/image/keep_disk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/failure.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::uint64_t sector = 512, mib = 1 << 20;
constexpr std::uint64_t stride = 512 * mib;  // between two words on the way

void read_at(const os::Descriptor& file, std::uint64_t offset, std::string& into,
             const std::string& path) {
  const std::size_t wanted = into.size();
  if (const auto problem = os::read_all_at(file.number(), offset, into))
    os::fail("read", path, problem.value());
  if (into.size() < wanted)
    throw Error(Kind::failed, "'" + path + "' became shorter while it was read");
}

std::uint64_t size_of(const os::Descriptor& file, const std::string& path) {
  struct stat status {};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0) os::fail("read", path, errno);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || size == 0 || size % sector != 0)
    throw Error(Kind::input, "'" + path + "' is no raw disk: its size of " + std::to_string(size) +
                                 " bytes is not that of whole sectors of " +
                                 std::to_string(sector));
  return size;
}

}  // namespace

std::vector<chunk::Chunk> keep_disk(const Store& store, const std::string& path,
                                    const Progress& progress) {
  const os::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const std::uint64_t size = size_of(file, path);
  std::vector<chunk::Chunk> chunks;
  std::string raw;
  for (std::uint64_t offset = 0; offset < size; offset += chunk::chunk_size) {
    if (offset != 0 && offset % stride == 0)
      progress("kept " + std::to_string(offset / mib) + " of " + std::to_string(size / mib) +
               " MiB");
    raw.resize(std::min(chunk::chunk_size, size - offset));
    read_at(file, offset, raw, path);
    chunks.push_back(store.keep_chunk(offset, raw));
  }
  return chunks;
}

}  // namespace provisioner::image

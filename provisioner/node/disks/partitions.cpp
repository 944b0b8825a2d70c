// Partitions as the kernel knows them, and the file systems in them.
#include "provisioner/node/disks/partitions.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/blkpg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::disks {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::minutes deadline{30};  // for a large and slow disk
constexpr int most_partitions = 256;

bool change(int disk, int operation, const Partition& partition) {
  blkpg_partition place{};
  place.pno = partition.number;
  place.start = static_cast<long long>(partition.start);
  place.length = static_cast<long long>(partition.size);
  blkpg_ioctl_arg argument{};
  argument.op = operation;
  argument.datalen = sizeof place;
  argument.data = &place;
  return ::ioctl(disk, BLKPG, &argument) == 0;
}

// ext4's magic number: two bytes at 0x38 of the superblock, which begins at 1024.
bool is_ext4(const std::string& path) {
  const os::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<unsigned char, 2> magic{};
  if (!file.is_open() || ::pread(file.number(), magic.data(), magic.size(), 1024 + 0x38) != 2)
    throw host::io_error("read", path, errno);
  return magic[0] == 0x53 && magic[1] == 0xef;
}

void run(std::vector<std::string> argv, int worst_status) {
  const os::CommandResult answer = os::run({.argv = argv, .deadline = deadline});
  if (answer.is_timed_out)
    throw Error(Kind::failed, fmt::format("'{}' did not end within {} min", argv.front(),
                                          deadline.count()));
  if (answer.status <= worst_status) return;
  const std::string_view said = base::trim(answer.err.empty() ? answer.out : answer.err);
  throw Error(Kind::failed, fmt::format("'{}' ended with {}: {}", argv.front(), answer.status,
                                        base::escape_for_terminal(said.substr(0, 300))));
}

}  // namespace

std::string partition_path(const std::string& disk, int number) {
  const bool ends_with_digit = disk.back() >= '0' && disk.back() <= '9';
  return fmt::format("{}{}{}", disk, ends_with_digit ? "p" : "", number);
}

void announce_partitions(const std::string& disk, const std::vector<Partition>& partitions) {
  const os::Descriptor file(::open(disk.c_str(), O_RDWR | O_CLOEXEC));
  if (!file.is_open()) throw host::io_error("open", disk, errno);
  for (int number = 1; number <= most_partitions; ++number)
    if (!change(file.number(), BLKPG_DEL_PARTITION, {number, 0, 0}) && errno == EBUSY)
      throw Error(Kind::failed, fmt::format("'{}' is in use", partition_path(disk, number)));
  for (const Partition& partition : partitions)
    if (!change(file.number(), BLKPG_ADD_PARTITION, partition))
      throw host::io_error("add a partition to", partition_path(disk, partition.number), errno);
}

void fit_file_systems(const std::string& root, const std::string& cache) {
  if (!is_ext4(root))
    throw Error(Kind::refused, "the image's root is no ext4, and no other can be grown");
  constexpr int is_mended = 1;  // e2fsck(8): errors that it has corrected
  run({"e2fsck", "-f", "-p", root}, is_mended);
  run({"resize2fs", root}, 0);
  if (!cache.empty()) run({"mkfs.ext4", "-q", "-F", "-L", "image-cache", cache}, 0);
}

}  // namespace provisioner::disks

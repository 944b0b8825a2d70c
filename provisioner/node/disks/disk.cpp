// A disk by system calls.
#include "provisioner/node/disks/disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::disks {
namespace {

constexpr std::uint64_t alignment = 4096;  // of O_DIRECT, for any sector size

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Aligned = std::unique_ptr<void, Free>;

class LocalDisk final : public Disk {
 public:
  explicit LocalDisk(const std::string& path) : path_(path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) throw host::io_error("open", path, errno);
    is_device_ = S_ISBLK(status.st_mode);
    const int flags = O_RDWR | O_CLOEXEC | (is_device_ ? O_EXCL : 0);
    file_ = os::Descriptor(::open(path.c_str(), flags));
    if (!file_.is_open()) throw host::io_error("open", path, errno);
    direct_ = os::Descriptor(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_DIRECT));
    if (!direct_.is_open() && (is_device_ || errno != EINVAL))
      throw host::io_error("open", path, errno);
    size_ = static_cast<std::uint64_t>(status.st_size);
    if (is_device_) ask_device();
  }

  std::uint64_t size() const override { return size_; }
  std::uint64_t sector_size() const override { return sector_size_; }

  std::string_view read(std::uint64_t offset, std::uint64_t length) override {
    require_inside(offset, length);
    return direct_.is_open() ? read_direct(offset, length) : read_dropped(offset, length);
  }

  void write(std::uint64_t offset, std::string_view bytes) override {
    require_inside(offset, bytes.size());
    if (!direct_.is_open() || offset % alignment != 0 || bytes.size() % alignment != 0) {
      write_whole(file_.number(), offset, bytes);
      return;
    }
    // Big pieces go past the kernel's memory: it would copy each, page by page.
    char* place = room(bytes.size());
    std::ranges::copy(bytes, place);
    write_whole(direct_.number(), offset, {place, bytes.size()});
  }

  void write_zeros(std::uint64_t offset, std::uint64_t length) override {
    require_inside(offset, length);
    std::array<std::uint64_t, 2> range{offset, length};
    if (is_device_ && ::ioctl(file_.number(), BLKZEROOUT, range.data()) == 0) return;
    constexpr std::uint64_t at_once = 1 << 20;
    const std::string zeros(std::min(length, at_once), '\0');
    for (std::uint64_t done = 0; done < length; done += zeros.size())
      write(offset + done, std::string_view(zeros).substr(0, length - done));
  }

  void sync() override {
    if (::fsync(file_.number()) != 0) throw host::io_error("sync", path_, errno);
  }

 private:
  void ask_device() {
    int sector = 0;
    if (::ioctl(file_.number(), BLKGETSIZE64, &size_) != 0 ||
        ::ioctl(file_.number(), BLKSSZGET, &sector) != 0)
      throw host::io_error("ask for the size of", path_, errno);
    sector_size_ = static_cast<std::uint64_t>(sector);
  }

  void require_inside(std::uint64_t offset, std::uint64_t length) const {
    if (offset > size_ || length > size_ - offset)
      throw base::Error(base::Kind::failed, fmt::format("'{}' ends before {} + {} bytes", path_,
                                                        offset, length));
  }

  // The one place for what goes past the cache, kept from call to call: fresh memory costs a fault
  // every page.
  char* room(std::uint64_t length) {
    if (length > room_size_) {
      void* raw = nullptr;
      if (::posix_memalign(&raw, alignment, length) != 0)
        throw host::io_error("hold a piece of", path_, ENOMEM);
      room_.reset(raw);
      room_size_ = length;
    }
    return static_cast<char*>(room_.get());
  }

  std::string_view read_direct(std::uint64_t offset, std::uint64_t length) {
    const std::uint64_t begin = offset / alignment * alignment;
    const std::uint64_t whole = (offset + length - begin + alignment - 1) / alignment * alignment;
    char* place = room(whole);
    read_whole(direct_.number(), place, whole, begin, offset + length - begin);
    return {place + (offset - begin), length};
  }

  std::string_view read_dropped(std::uint64_t offset, std::uint64_t length) {
    ::posix_fadvise(file_.number(), static_cast<off_t>(offset), static_cast<off_t>(length),
                    POSIX_FADV_DONTNEED);
    char* place = room(length);
    read_whole(file_.number(), place, length, offset, length);
    return {place, length};
  }

  void write_whole(int file, std::uint64_t offset, std::string_view bytes) const {
    if (const auto problem = os::write_all_at(file, offset, bytes))
      throw host::io_error("write", path_, problem.value());
  }

  // Up to `room` bytes, of which `wanted` must be there: the disk may end within the last block.
  void read_whole(int file, char* into, std::uint64_t room, std::uint64_t offset,
                  std::uint64_t wanted) const {
    std::uint64_t done = 0;
    while (done < wanted) {
      const ssize_t count = ::pread(file, into + done, room - done,
                                    static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) throw host::io_error("read", path_, count < 0 ? errno : EIO);
      done += static_cast<std::uint64_t>(count);
    }
  }

  std::string path_;
  os::Descriptor file_, direct_;
  bool is_device_ = false;
  std::uint64_t size_ = 0, sector_size_ = 512;
  Aligned room_;
  std::uint64_t room_size_ = 0;
};

}  // namespace

std::unique_ptr<Disk> open_disk(const std::string& path) {
  return std::make_unique<LocalDisk>(path);
}

}  // namespace provisioner::disks

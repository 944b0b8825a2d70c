#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace provisioner::disks {

// Where an image is written: a block device, or a file that stands for one. Offsets and lengths are
// bytes. All throw Error(failed). For one thread.
class Disk {
 public:
  virtual ~Disk() = default;

  virtual std::uint64_t size() const = 0;
  virtual std::uint64_t sector_size() const = 0;  // logical
  // From the medium, not from the kernel's memory of it: exactly `length` bytes, good until the
  // next call of any of these.
  virtual std::string_view read(std::uint64_t offset, std::uint64_t length) = 0;
  virtual void write(std::uint64_t offset, std::string_view bytes) = 0;
  virtual void write_zeros(std::uint64_t offset, std::uint64_t length) = 0;
  // What was written before is on the medium. After a failure nothing is known of any of it.
  virtual void sync() = 0;
};

// Opens a block device for this process alone (O_EXCL: refused where it is mounted), or a file.
// Past the cache by O_DIRECT; where a file system of a test has none, by dropping the pages.
std::unique_ptr<Disk> open_disk(const std::string& path);

}  // namespace provisioner::disks

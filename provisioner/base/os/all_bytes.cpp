// Calls that take fewer bytes than they are given.

#include "provisioner/base/os/all_bytes.h"

#include <unistd.h>

#include <cerrno>

namespace provisioner::os {

std::error_code write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {count < 0 ? errno : EIO, std::generic_category()};
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

std::error_code write_all_at(int descriptor, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return {count < 0 ? errno : EIO, std::generic_category()};
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return {};
}

std::error_code read_all_at(int descriptor, std::uint64_t offset, std::string& bytes) {
  std::error_code problem;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::pread(descriptor, bytes.data() + done, bytes.size() - done,
                                  static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) problem = {errno, std::generic_category()};
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return problem;
}

}  // namespace provisioner::os

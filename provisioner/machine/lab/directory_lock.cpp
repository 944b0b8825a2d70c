// A lock that needs no file of its own: flock(2) on a directory.

#include "provisioner/machine/lab/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <thread>

#include "provisioner/base/os/clock.h"

namespace provisioner::lab {
namespace {

// Whoever held the lock before may have removed the directory: then ours is on a nameless one.
bool is_still(const os::Descriptor& opened, const std::string& directory) {
  struct stat held {
  }, named{};
  return ::fstat(opened.number(), &held) == 0 && ::stat(directory.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

os::Descriptor lock_directory(const std::string& directory, std::chrono::milliseconds patience) {
  const os::Instant end = os::system_clock().now() + patience;
  while (true) {
    os::make_directories(directory);
    os::Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (opened.is_open() && ::flock(opened.number(), LOCK_EX | LOCK_NB) == 0 &&
        is_still(opened, directory))
      return opened;
    if (os::system_clock().now() >= end) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace provisioner::lab

// Files that are held.

#include "provisioner/base/os/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/failure.h"

namespace provisioner::os {
namespace {

constexpr std::chrono::milliseconds glance{20};  // between two looks at what another holds

Descriptor opened_to_hold(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) fail("open", path, errno);
  return file;
}

}  // namespace

std::optional<Descriptor> try_to_hold(const std::string& path) {
  Descriptor file = opened_to_hold(path);
  if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK && errno != EINTR) fail("lock", path, errno);
  return std::nullopt;
}

std::optional<Descriptor> hold(const std::string& path, std::chrono::milliseconds patience) {
  const Instant end = system_clock().now() + patience;
  while (true) {
    if (auto held = try_to_hold(path)) return held;
    if (system_clock().now() >= end) return std::nullopt;
    std::this_thread::sleep_for(glance);
  }
}

std::optional<Descriptor> hold(const std::string& path, Sharing sharing,
                               std::chrono::milliseconds patience) {
  Descriptor file = opened_to_hold(path);
  if (!lock_within(file, sharing, patience)) return std::nullopt;
  return file;
}

bool lock_within(const Descriptor& opened, Sharing sharing, std::chrono::milliseconds patience) {
  const Instant end = system_clock().now() + patience;
  const int way = sharing == Sharing::alone ? LOCK_EX : LOCK_SH;
  while (::flock(opened.number(), way | LOCK_NB) != 0) {
    if (system_clock().now() >= end) return false;
    std::this_thread::sleep_for(glance);
  }
  return true;
}

}  // namespace provisioner::os

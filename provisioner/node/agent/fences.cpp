// The highest numbers that were seen.

#include "provisioner/node/agent/fences.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"

namespace provisioner::agent {
namespace {

[[noreturn]] void fail(const std::string& path) {
  throw base::Error(base::Kind::failed,
                    "cannot keep the fence in '" + path + "': " + std::strerror(errno));
}

os::Descriptor opened(const std::string& path) {
  os::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) fail(path);
  while (::flock(file.number(), LOCK_EX) != 0)
    if (errno != EINTR) fail(path);
  return file;
}

std::uint64_t number_in(const os::Descriptor& file) {
  std::array<char, 32> text{};
  const ssize_t count = ::pread(file.number(), text.data(), text.size(), 0);
  std::uint64_t number = 0;
  if (count > 0) std::from_chars(text.data(), text.data() + count, number);
  return number;
}

// Directories of others are not ours to trust: below /var/tmp anybody may make one.
void make_own_directory(const std::string& path) {
  os::make_directories(path, 0700);
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) fail(path);
  if (S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() && (status.st_mode & 022) == 0)
    return;
  throw base::Error(base::Kind::refused,
                    "'" + path + "' belongs to somebody else: the fence cannot be kept there");
}

}  // namespace

void Fences::admit(const wire::Request& request) {
  if (request.fence == 0 || request.authority.empty()) return;
  make_own_directory(directory_);
  const os::Descriptor file =
      opened(directory_ + "/" + crypto::digest("sha256", request.authority).substr(0, 32));
  const std::uint64_t highest = number_in(file);
  if (request.fence < highest)
    throw base::Error(base::Kind::refused, "this run lost its lock: its fence is " +
                                               std::to_string(request.fence) +
                                               ", but a run with fence " + std::to_string(highest) +
                                               " has worked on this node since; nothing was done");
  if (request.fence == highest) return;
  const std::string text = std::to_string(request.fence) + "\n";
  if (::pwrite(file.number(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    fail(directory_);
}

std::string fence_directory() {
  if (::geteuid() == 0) return "/run/provisioner/fences";
  const std::string user = std::to_string(::geteuid());
  if (os::is_directory("/run/user/" + user)) return "/run/user/" + user + "/provisioner/fences";
  return "/var/tmp/.provisioner-" + user + "/fences";
}

}  // namespace provisioner::agent

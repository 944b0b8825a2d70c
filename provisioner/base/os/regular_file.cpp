// Files that are what they should be: no FIFO that makes its reader wait, and no device.

#include "provisioner/base/os/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "provisioner/base/base/error.h"

namespace provisioner::os {
namespace {

[[noreturn]] void cannot_be_read(const std::string& path, int code) {
  throw base::Error(base::Kind::failed,
                    "cannot read '" + path + "': " + std::generic_category().message(code));
}

bool is_missing(int code) { return code == ENOENT || code == ENOTDIR; }

const char* type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "a directory";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

void require_regular(const struct stat& status, const std::string& path) {
  if (!S_ISREG(status.st_mode))
    throw base::Error(base::Kind::input, "'" + path + "' is " + type_of(status.st_mode) +
                                             ", and must be a regular file");
}

mode_t mode_of(const Descriptor& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) cannot_be_read(path, errno);
  require_regular(status, path);
  return status.st_mode & 07777;
}

}  // namespace

std::string read_to_end(const Descriptor& file, const std::string& path, std::size_t limit) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) cannot_be_read(path, errno);
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > limit)
      throw base::Error(base::Kind::failed,
                        "'" + path + "' is larger than " + std::to_string(limit) + " bytes");
  }
}

// Looked at twice: to open a device may do something to it, and what is opened may have come since.
Descriptor open_regular_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (is_missing(errno)) return {};
    cannot_be_read(path, errno);
  }
  require_regular(status, path);
  Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.is_open()) {
    if (is_missing(errno)) return {};
    cannot_be_read(path, errno);
  }
  mode_of(file, path);
  return file;
}

std::optional<RegularFile> read_regular_file(const std::string& path, std::size_t limit) {
  const Descriptor file = open_regular_file(path);
  if (!file.is_open()) return std::nullopt;
  return RegularFile{read_to_end(file, path, limit), mode_of(file, path)};
}

RegularFile require_regular_file(const std::string& path, std::size_t limit) {
  auto file = read_regular_file(path, limit);
  if (!file) throw base::Error(base::Kind::input, "there is no file '" + path + "'");
  return *std::move(file);
}

}  // namespace provisioner::os

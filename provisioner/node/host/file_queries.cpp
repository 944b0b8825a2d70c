// Looking at files by system calls.
#include "provisioner/node/host/file_queries.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/host/child.h"

namespace provisioner::host {
namespace {

bool means_missing(int number) { return number == ENOENT || number == ENOTDIR; }

double seconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

FileType type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return FileType::directory;
    case S_IFLNK:
      return FileType::link;
    case S_IFCHR:
      return FileType::character_device;
    case S_IFBLK:
      return FileType::block_device;
    case S_IFIFO:
      return FileType::fifo;
    case S_IFSOCK:
      return FileType::socket;
    default:
      return FileType::file;
  }
}

}  // namespace

FileStatus status_from(const struct stat& raw) {
  FileStatus status;
  status.type = type_of(raw.st_mode);
  status.mode = raw.st_mode & 07777;
  status.uid = raw.st_uid;
  status.gid = raw.st_gid;
  status.size = static_cast<std::uint64_t>(raw.st_size);
  status.inode = raw.st_ino;
  status.device = raw.st_dev;
  status.links = raw.st_nlink;
  status.device_type = raw.st_rdev;
  status.blocks = static_cast<std::uint64_t>(raw.st_blocks);
  status.block_size = static_cast<std::uint64_t>(raw.st_blksize);
  status.access_time = seconds(raw.st_atim);
  status.modification_time = seconds(raw.st_mtim);
  status.change_time = seconds(raw.st_ctim);
  return status;
}

std::optional<FileStatus> file_status(const std::string& path, Follow follow) {
  struct stat raw {};
  const int flags = follow == Follow::yes ? 0 : AT_SYMLINK_NOFOLLOW;
  if (fstatat(AT_FDCWD, path.c_str(), &raw, flags) == 0) return status_from(raw);
  const bool is_loop = errno == ELOOP && follow == Follow::yes;
  if (means_missing(errno) || is_loop) return std::nullopt;
  throw io_error("look at", path, errno);
}

std::optional<std::string> file_content(const std::string& path, std::size_t limit) {
  const os::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && (means_missing(errno) || errno == ELOOP)) return std::nullopt;
  if (!file.is_open()) throw io_error("read", path, errno);
  std::string content;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error("read", path, errno);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
    if (content.size() > limit) throw io_error("read", path, EFBIG);
  }
}

std::optional<std::string> file_part(const std::string& path, std::uint64_t offset,
                                     std::size_t length) {
  const os::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && means_missing(errno)) return std::nullopt;
  if (!file.is_open()) throw io_error("read", path, errno);
  std::string part(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const ssize_t count = pread(file.number(), part.data() + done, length - done,
                                static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw io_error("read", path, errno);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  part.resize(done);
  return part;
}

std::optional<std::vector<std::string>> directory_entries(const std::string& directory) {
  struct Close {
    void operator()(DIR* open) const { closedir(open); }
  };
  const std::unique_ptr<DIR, Close> open(opendir(directory.c_str()));
  if (!open && means_missing(errno)) return std::nullopt;
  if (!open) throw io_error("list", directory, errno);
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(open.get());
    if (entry == nullptr && errno != 0) throw io_error("list", directory, errno);
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> link_text(const std::string& path) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t count = readlink(path.c_str(), buffer.data(), buffer.size());
  if (count >= 0) return std::string(buffer.data(), static_cast<std::size_t>(count));
  if (errno == EINVAL || means_missing(errno)) return std::nullopt;
  throw io_error("look at", path, errno);
}

// Not every file system has them, and a device must not be opened for them.
std::optional<FileFlags> file_flags(const std::string& path) {
  const auto status = file_status(path, Follow::no);
  const bool has_flags =
      status && (status->type == FileType::file || status->type == FileType::directory);
  if (!has_flags) return std::nullopt;
  const os::Descriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  int bits = 0, version = 0;
  if (!file.is_open() || ioctl(file.number(), FS_IOC_GETFLAGS, &bits) != 0) return std::nullopt;
  if (ioctl(file.number(), FS_IOC_GETVERSION, &version) != 0) return std::nullopt;
  return FileFlags{static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(version)};
}

// In a child: a dead network file system answers never.
std::optional<FileSystemSpace> file_system_space(const std::string& path) {
  struct Answer {
    int error;
    struct statvfs raw;
  };
  const auto bytes = ask_in_child(
      [&] {
        Answer answer{};
        answer.error = statvfs(path.c_str(), &answer.raw) == 0 ? 0 : errno;
        return std::string(reinterpret_cast<const char*>(&answer), sizeof answer);
      },
      std::chrono::seconds(5));
  if (!bytes || bytes->size() != sizeof(Answer)) throw io_error("look at", path, ETIMEDOUT);
  Answer answer{};
  std::memcpy(&answer, bytes->data(), sizeof answer);
  if (means_missing(answer.error)) return std::nullopt;
  if (answer.error != 0) throw io_error("look at", path, answer.error);
  const struct statvfs& raw = answer.raw;
  FileSystemSpace space;
  space.block_size = raw.f_bsize;
  space.total_blocks = raw.f_blocks;
  space.available_blocks = raw.f_bavail;
  space.total_bytes = raw.f_frsize * raw.f_blocks;
  space.free_bytes = raw.f_frsize * raw.f_bfree;
  space.available_bytes = raw.f_frsize * raw.f_bavail;
  space.total_inodes = raw.f_files;
  space.free_inodes = raw.f_ffree;
  space.available_inodes = raw.f_favail;
  return space;
}

}  // namespace provisioner::host

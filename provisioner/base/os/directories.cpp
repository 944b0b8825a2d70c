// Names, directories and what lies in them.

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

namespace fs = std::filesystem;

std::optional<struct stat> status_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return status;
  if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) return std::nullopt;
  fail("look at", path, errno);
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// Everything below an open directory, on its own device only, links never followed.
void remove_entries(int directory, dev_t device, const std::string& path) {
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(::dup(directory)));
  if (!stream) fail("read", path, errno);
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string full = join_path(path, name);
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      fail("look at", full, errno);
    if (S_ISDIR(status.st_mode)) {
      if (status.st_dev != device)
        throw base::Error(base::Kind::refused,
                          "'" + full + "' is a mount point, it is not removed");
      const Descriptor inner(
          ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!inner.is_open()) fail("open", full, errno);
      remove_entries(inner.number(), device, full);
    }
    if (::unlinkat(directory, name.c_str(), S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0) != 0)
      fail("remove", full, errno);
  }
}

}  // namespace

bool exists(const std::string& path) { return status_of(path).has_value(); }

bool is_directory(const std::string& path) {
  const auto status = status_of(path);
  return status && S_ISDIR(status->st_mode);
}

bool is_file(const std::string& path) {
  const auto status = status_of(path);
  return status && S_ISREG(status->st_mode);
}

std::optional<std::string> link_target(const std::string& path) {
  std::error_code code;
  const std::string target = std::filesystem::read_symlink(path, code);
  return code ? std::nullopt : std::optional(target);
}

bool is_executable(const std::string& path) {
  return is_file(path) && ::access(path.c_str(), X_OK) == 0;
}

bool is_writable(const std::string& path) {
  return ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

std::vector<std::string> entries(const std::string& directory) {
  const std::unique_ptr<DIR, CloseDirectory> stream(::opendir(directory.c_str()));
  if (!stream) fail("read", directory, errno);
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> glob(const std::string& pattern) {
  glob_t found{};
  const int code = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (code != 0 && code != GLOB_NOMATCH) fail("search", pattern, EIO);
  std::sort(paths.begin(), paths.end());
  return paths;
}

void make_directories(const std::string& path, mode_t mode) {
  if (path.empty() || is_directory(path)) return;
  make_directories(parent_of(path), 0755);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) fail("create", path, errno);
}

void remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail("remove", path, errno);
}

void remove_tree(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    fail("look at", path, errno);
  }
  if (!S_ISDIR(status.st_mode)) return remove_file(path);
  {
    const Descriptor directory(
        ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory.is_open()) fail("open", path, errno);
    remove_entries(directory.number(), status.st_dev, path);
  }
  if (::rmdir(path.c_str()) != 0) fail("remove", path, errno);
}

std::string absolute(const std::string& path) {
  const fs::path whole = fs::path(path).is_absolute() ? fs::path(path) : fs::current_path() / path;
  std::string text = whole.lexically_normal().string();
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

std::string real_path(const std::string& path) {
  std::array<char, PATH_MAX> buffer{};
  if (::realpath(path.c_str(), buffer.data()) == nullptr) fail("resolve", path, errno);
  return buffer.data();
}

std::string parent_of(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/');
  const std::size_t slash = end == std::string::npos ? std::string::npos : path.rfind('/', end);
  if (slash == std::string::npos) return path.starts_with('/') ? "/" : ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string join_path(std::string_view directory, std::string_view name) {
  if (name.starts_with('/') || directory.empty()) return std::string(name);
  std::string path(directory);
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

bool is_on_network_file_system(const std::string& path) {
  // Magic numbers of statfs(2) and linux/magic.h: NFS, SMB, CIFS, SMB2, Lustre, GPFS, Ceph, AFS,
  // FUSE, 9P.
  constexpr std::array<std::uint32_t, 10> remote = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                                    0x0BD00BD0, 0x47504653, 0x00C36400, 0x5346414F,
                                                    0x65735546, 0x01021997};
  struct statfs status {};
  if (::statfs(path.c_str(), &status) != 0) fail("look at the file system of", path, errno);
  return std::find(remote.begin(), remote.end(), static_cast<std::uint32_t>(status.f_type)) !=
         remote.end();
}

}  // namespace provisioner::os

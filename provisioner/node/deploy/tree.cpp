// Files below a root that is not ours.
#include "provisioner/node/deploy/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/node/host/host_view.h"

namespace provisioner::deploy {
namespace {

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

os::Descriptor open_below(int directory, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<__u64>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  return os::Descriptor(
      static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how)));
}

}  // namespace

Tree::Tree(const std::string& root)
    : root_(root), directory_(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!directory_.is_open()) throw host::io_error("open", root, errno);
}

os::Descriptor Tree::open(const std::string& path, int flags) const {
  return open_below(directory_.number(), path, flags);
}

// Each directory is opened from the root again: a link may lead anywhere inside.
os::Descriptor Tree::parent_of(const std::string& path) const {
  std::string walked;
  os::Descriptor parent = open("/", O_RDONLY | O_DIRECTORY);
  const std::vector<std::string> parts = base::split(path, '/');
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i] == "..") throw base::Error(base::Kind::failed, "'" + path + "' is no plain path");
    if (parts[i].empty()) continue;
    walked += "/" + parts[i];
    os::Descriptor next = open(walked, O_RDONLY | O_DIRECTORY);
    if (!next.is_open() && errno == ENOENT &&
        ::mkdirat(parent.number(), parts[i].c_str(), 0755) == 0)
      next = open(walked, O_RDONLY | O_DIRECTORY);
    if (!next.is_open()) throw host::io_error("open", walked, errno);
    parent = std::move(next);
  }
  return parent;
}

void Tree::write_file(const std::string& path, std::uint32_t mode, std::string_view content) const {
  const os::Descriptor parent = parent_of(path);
  const std::string name = last_part(path);
  const std::string temporary = "." + crypto::random_token();
  const os::Descriptor file(::openat(parent.number(), temporary.c_str(),
                                     O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) throw host::io_error("write", path, errno);
  try {
    if (const auto problem = os::write_all(file.number(), content))
      throw host::io_error("write", path, problem.value());
    if (::fchmod(file.number(), mode) != 0 || ::fsync(file.number()) != 0 ||
        ::renameat(parent.number(), temporary.c_str(), parent.number(), name.c_str()) != 0 ||
        ::fsync(parent.number()) != 0)
      throw host::io_error("write", path, errno);
  } catch (const base::Error&) {
    ::unlinkat(parent.number(), temporary.c_str(), 0);
    throw;
  }
}

std::optional<std::string> Tree::read_file(const std::string& path) const {
  const os::Descriptor file = open(path, O_RDONLY | O_NOFOLLOW);
  if (!file.is_open() && errno == ENOENT) return std::nullopt;
  if (!file.is_open()) throw host::io_error("read", path, errno);
  std::string content;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw host::io_error("read", path, errno);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void Tree::remove_file(const std::string& path) const {
  const os::Descriptor parent = parent_of(path);
  if (::unlinkat(parent.number(), last_part(path).c_str(), 0) != 0 && errno != ENOENT)
    throw host::io_error("remove", path, errno);
}

std::vector<std::string> Tree::entries(const std::string& directory) const {
  struct Close {
    void operator()(DIR* stream) const { ::closedir(stream); }
  };
  os::Descriptor file = open(directory, O_RDONLY | O_DIRECTORY);
  if (!file.is_open() && errno == ENOENT) return {};
  const std::unique_ptr<DIR, Close> stream(file.is_open() ? ::fdopendir(file.number()) : nullptr);
  if (!stream) throw host::io_error("list", directory, errno);
  file.release();  // the stream's now
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(stream.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace provisioner::deploy

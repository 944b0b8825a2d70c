// Reading and writing the controller's own files, by system calls.

#include "provisioner/base/os/files.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/regular_file.h"

namespace provisioner::os {
namespace {

bool means_absent(int code) { return code == ENOENT || code == ENOTDIR; }

std::string random_suffix() {
  std::array<char, 6> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    fail("get random bytes for", "a temporary name", errno);
  return base::hex({bytes.data(), bytes.size()});
}

void sync_directory(const std::string& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) fail("open", path, errno);
  if (::fsync(directory.number()) != 0) fail("sync", path, errno);
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (number_ >= 0) ::close(number_);
    number_ = other.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

int Descriptor::release() {
  const int number = number_;
  number_ = -1;
  return number;
}

std::optional<std::string> read_file(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    if (means_absent(errno)) return std::nullopt;
    fail("read", path, errno);
  }
  return read_to_end(file, path, limit);
}

std::string require_file(const std::string& path, std::size_t limit) {
  auto text = read_file(path, limit);
  if (!text) throw base::Error(base::Kind::input, "there is no file '" + path + "'");
  return *std::move(text);
}

void write_file(const std::string& path, std::string_view text, mode_t mode) {
  const std::string temporary = path + "." + random_suffix() + ".tmp";
  Descriptor file(
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) fail("create", temporary, errno);
  try {
    if (const auto problem = write_all(file.number(), text)) fail("write", path, problem.value());
    if (::fchmod(file.number(), mode) != 0) fail("set the mode of", path, errno);
    if (::fsync(file.number()) != 0) fail("sync", path, errno);
    file = Descriptor();
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail("replace", path, errno);
  } catch (const base::Error&) {
    ::unlink(temporary.c_str());
    throw;
  }
  sync_directory(parent_of(path));
}

TemporaryDirectory::TemporaryDirectory(std::string_view prefix) {
  const char* root = ::secure_getenv("TMPDIR");
  path_ =
      join_path(root != nullptr && *root == '/' ? root : "/tmp", std::string(prefix) + ".XXXXXX");
  if (::mkdtemp(path_.data()) == nullptr) fail("create", path_, errno);
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::move(other.path_)) {
  other.path_.clear();
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  try {
    remove_tree(path_);
  } catch (const base::Error&) {
    // What is left in a temporary directory is the system's to clean.
  }
}

}  // namespace provisioner::os

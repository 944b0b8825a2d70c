// Artefacts on the controller's disk.

#include "provisioner/cluster/artifacts/artifact_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/os/rename_durably.h"

namespace provisioner::artifacts {
namespace {

using base::Error;
using Problem = base::Kind;

std::string reason() { return std::generic_category().message(errno); }

void require_expected(const std::string& what, const Kept& kept, const std::string& expected) {
  if (expected.empty() || kept.sha256 == expected) return;
  throw Error(Problem::input, what + " has the SHA-256 " + kept.sha256 + ", expected " + expected);
}

std::uint64_t bytes_of(const std::string& path) {
  std::error_code code;
  const std::uintmax_t size = std::filesystem::file_size(path, code);
  if (code) throw Error(Problem::failed, "cannot read '" + path + "': " + code.message());
  return size;
}

}  // namespace

std::string standard_directory() { return os::join_path(os::state_directory(), "artifacts"); }

Store::Store(std::string directory)
    : directory_(directory.empty() ? standard_directory() : os::absolute(directory)) {
  std::string place = directory_;
  while (!os::exists(place)) place = os::parent_of(place);
  if (os::is_on_network_file_system(place))
    throw Error(Problem::refused, "'" + directory_ + "' lies on a network file system")
        .set_hint("artefacts belong on a disk of the controller: name another directory");
}

std::string Store::path(const std::string& sha256) const {
  if (!crypto::is_sha256(sha256)) throw Error(Problem::bug, "'" + sha256 + "' is no digest");
  return directory_ + "/sha256/" + sha256.substr(0, 2) + "/" + sha256;
}

std::optional<std::uint64_t> Store::size_of(const std::string& sha256) const {
  struct stat status {};
  const bool is_there = ::lstat(path(sha256).c_str(), &status) == 0;
  if (!is_there && errno != ENOENT && errno != ENOTDIR) os::fail("look at", path(sha256), errno);
  if (!is_there || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

std::string Store::damage_of(const std::string& sha256) const {
  if (!size_of(sha256)) return "is not there";
  return crypto::file_digest("sha256", path(sha256)) == sha256 ? "" : "is damaged";
}

os::TemporaryDirectory Store::work_place() const {
  os::make_directories(work_directory());
  return os::TemporaryDirectory(os::join_path(work_directory(), "fetch"));
}

void Store::clear_work() const {
  if (!os::is_directory(work_directory())) return;
  for (const std::string& name : os::entries(work_directory()))
    os::remove_tree(os::join_path(work_directory(), name));
}

Kept Store::take(const std::string& from, const std::string& expected) const {
  const Kept kept{crypto::file_digest("sha256", from), bytes_of(from)};
  require_expected("'" + from.substr(from.rfind('/') + 1) + "'", kept, expected);
  const std::string target = path(kept.sha256);
  os::make_directories(os::parent_of(target));
  if (::chmod(from.c_str(), 0644) != 0)
    throw Error(Problem::failed, "cannot make '" + from + "' readable: " + reason());
  os::rename_durably(from, target);
  return kept;
}

Kept Store::keep(const std::string& from, const std::string& expected) const {
  if (!os::open_regular_file(from).is_open())
    throw Error(Problem::input, "there is no file '" + from + "'");
  const os::TemporaryDirectory work = work_place();
  const std::string copy = work.path() + "/" + from.substr(from.rfind('/') + 1);
  std::error_code code;
  std::filesystem::copy_file(from, copy, code);
  if (code) throw Error(Problem::failed, "cannot copy '" + from + "': " + code.message());
  return take(copy, expected);
}

Kept Store::keep_bytes(std::string_view bytes) const {
  const Kept kept{crypto::sha256(bytes), bytes.size()};
  os::make_directories(os::parent_of(path(kept.sha256)));
  if (!size_of(kept.sha256)) os::write_file(path(kept.sha256), bytes);
  return kept;
}

os::Descriptor Store::hold(Sharing sharing, std::chrono::milliseconds patience) const {
  os::make_directories(directory_);
  os::Descriptor held(::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!held.is_open()) os::fail("open", directory_, errno);
  return os::lock_within(held, sharing, patience) ? std::move(held) : os::Descriptor();
}

std::vector<std::string> Store::digests() const {
  std::vector<std::string> all;
  if (!os::is_directory(directory_ + "/sha256")) return all;
  for (const std::string& folder : os::entries(directory_ + "/sha256"))
    for (const std::string& name : os::entries(directory_ + "/sha256/" + folder))
      if (crypto::is_sha256(name)) all.push_back(name);
  return all;
}

void Store::remove(const std::string& sha256) const { os::remove_file(path(sha256)); }

}  // namespace provisioner::artifacts

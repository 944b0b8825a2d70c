// Files of the controller on their way to a node.

#include "provisioner/engine/action/source_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <tuple>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/vault.h"
#include "provisioner/base/os/files.h"
#include "provisioner/language/playbook/search_path.h"

namespace provisioner::action {
namespace {

// Up to this size a file is read and sent with the first request; above it the node is asked first.
constexpr std::uint64_t inline_limit = 32 * 1024;

using Stamp = std::tuple<std::string, ino_t, off_t, time_t, long>;

struct Digests {
  std::string sha256, sha1;
};

// A large file goes to many nodes: it is read once for its digests.
Digests digests_of(const std::string& path, const struct stat& status) {
  static std::mutex mutex;
  static std::map<Stamp, Digests> known;
  const Stamp stamp{path, status.st_ino, status.st_size, status.st_mtim.tv_sec,
                    status.st_mtim.tv_nsec};
  {
    const std::lock_guard lock(mutex);
    const auto found = known.find(stamp);
    if (found != known.end()) return found->second;
  }
  Digests made{crypto::file_digest("sha256", path), crypto::file_digest("sha1", path)};
  const std::lock_guard lock(mutex);
  return known.insert_or_assign(stamp, std::move(made)).first->second;
}

struct stat status_of(const std::string& path) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0)
    throw base::Error(base::Kind::failed, "cannot read '" + path + "': " + std::strerror(errno));
  return status;
}

bool is_encrypted(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string start(64, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(file.gcount()));
  return crypto::is_vault_text(start);
}

}  // namespace

SourceFile source_from_bytes(std::string bytes) {
  SourceFile source;
  source.sha256 = crypto::sha256(bytes);
  source.sha1 = crypto::digest("sha1", bytes);
  source.size = bytes.size();
  source.bytes = std::move(bytes);
  source.is_in_memory = true;
  return source;
}

SourceFile read_source(const Context& context, const std::string& path, bool decrypt) {
  const struct stat status = status_of(path);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  SourceFile source;
  constexpr std::uint64_t largest_vault = 16 * 1024 * 1024;
  if (size <= inline_limit || (decrypt && size <= largest_vault && is_encrypted(path))) {
    source = source_from_bytes(decrypt ? context.surroundings.read_file(path).text
                                       : os::require_file(path));
  } else {
    const Digests digests = digests_of(path, status);
    source.sha256 = digests.sha256;
    source.sha1 = digests.sha1;
    source.size = size;
  }
  source.path = path;
  source.mode = status.st_mode & 07777;
  return source;
}

std::string find_source(const Context& context, const std::string& name, std::string_view kind) {
  if (const std::optional<std::string> path = context.surroundings.find_file(name, kind))
    return *path;
  std::string message = "Could not find or access '" + name + "'";
  std::string tried;
  for (const std::string& path :
       playbook::candidates(context.surroundings.search_paths(""), kind, name))
    tried += "\n\t" + path;
  if (!name.starts_with('/')) message += "\nSearched in:" + tried;
  throw base::Error(base::Kind::input,
                    message +
                        " on the Ansible Controller.\nIf you are using a module and expect the "
                        "file to exist on the "
                        "remote, see the remote_src option",
                    context.task.pos);
}

value::Value settled_mode(const value::Value& mode, const SourceFile& source) {
  const bool is_preserve = mode.is_string() && mode.text() == "preserve";
  return is_preserve ? value::Value(fmt::format("{:04o}", source.mode)) : mode;
}

}  // namespace provisioner::action

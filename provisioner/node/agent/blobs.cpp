// Staged contents.

#include "provisioner/node/agent/blobs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/all_bytes.h"
#include "provisioner/base/os/files.h"

namespace provisioner::agent {
namespace {

constexpr std::string_view prefix = "provisioner-blobs.";
constexpr std::size_t digest_size = 32, offset_size = 8;

[[noreturn]] void fail(const std::string& doing, const std::string& path, int code = errno) {
  throw base::Error(base::Kind::failed, "cannot " + doing + " '" + path +
                                            "': " + base::lower_case(std::strerror(code)));
}

// What agents left that were killed.
void remove_leftovers(const std::string& root) {
  for (const std::string& path : os::glob(root + "/" + std::string(prefix) + "*")) {
    const auto parts = base::split(path.substr(path.rfind('/') + 1), '.');
    struct stat status {};
    if (parts.size() < 3 || ::lstat(path.c_str(), &status) != 0 || status.st_uid != ::geteuid())
      continue;
    const pid_t pid = static_cast<pid_t>(std::atoi(parts[1].c_str()));
    if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) os::remove_tree(path);
  }
}

}  // namespace

Blobs::~Blobs() {
  if (directory_.empty()) return;
  try {
    os::remove_tree(directory_);
  } catch (const base::Error&) {
    // The next agent removes what is left.
  }
}

const std::string& Blobs::directory() {
  if (!directory_.empty()) return directory_;
  for (const char* root : {"/run", "/dev/shm", "/var/tmp", "/tmp"}) {
    if (::access(root, W_OK | X_OK) != 0) continue;
    std::string name =
        std::string(root) + "/" + std::string(prefix) + std::to_string(::getpid()) + ".XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) continue;
    directory_ = name;
    remove_leftovers(root);
    return directory_;
  }
  fail("make a directory for contents below", "/run, /dev/shm, /var/tmp, /tmp");
}

std::string Blobs::path_of(const std::string& digest) { return directory() + "/" + digest; }

void Blobs::require(const std::string& digest) const {
  if (const auto problem = problems_.find(digest); problem != problems_.end())
    throw base::Error(base::Kind::failed, problem->second);
  if (directory_.empty() || ::access((directory_ + "/" + digest).c_str(), R_OK) != 0)
    throw base::Error(base::Kind::failed, "a content that the task needs did not arrive");
}

void Blobs::take(std::string_view body) {
  if (body.size() < digest_size + offset_size)
    throw base::Error(base::Kind::failed, "a content's frame is cut short");
  const std::string digest = base::hex(body.substr(0, digest_size));
  const std::string_view bytes = body.substr(digest_size + offset_size);
  const bool is_new = growing_.insert(digest).second;
  if (is_new) problems_.erase(digest);
  try {
    if (!problems_.contains(digest)) add(digest, bytes);
    if (bytes.empty() && !problems_.contains(digest)) complete(digest);
  } catch (const base::Error& error) {
    problems_[digest] = error.message();
    ::unlink((directory_ + "/" + digest + ".part").c_str());
  }
  if (bytes.empty()) growing_.erase(digest);
}

void Blobs::add(const std::string& digest, std::string_view bytes) {
  const std::string partial = path_of(digest) + ".part";
  const os::Descriptor file(
      ::open(partial.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) fail("write", partial);
  if (const auto problem = os::write_all(file.number(), bytes))
    fail("write", partial, problem.value());
}

void Blobs::complete(const std::string& digest) {
  const std::string path = path_of(digest), partial = path + ".part";
  if (crypto::file_digest("sha256", partial) != digest)
    throw base::Error(base::Kind::failed,
                      "a content arrived damaged: its SHA-256 is not " + digest);
  if (::rename(partial.c_str(), path.c_str()) != 0) fail("keep", path);
}

}  // namespace provisioner::agent

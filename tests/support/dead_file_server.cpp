// The smallest FUSE server that can be: linux/fuse.h, FUSE_INIT and nothing else.

#include "tests/support/dead_file_server.h"

#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <vector>

namespace provisioner::tests {
namespace {

[[noreturn]] void fail(const std::string& doing) {
  throw std::runtime_error(doing + ": " + std::strerror(errno));
}

}  // namespace

bool DeadFileServer::is_possible() {
  return ::geteuid() == 0 && ::access("/dev/fuse", R_OK | W_OK) == 0;
}

DeadFileServer::DeadFileServer()
    : directory_("dead-file-server"), device_(::open("/dev/fuse", O_RDWR | O_CLOEXEC)) {
  if (!device_.is_open()) fail("open /dev/fuse");
  if (::unshare(CLONE_NEWNS) != 0) fail("take a mount namespace");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    fail("make mounts private");
  const std::string options =
      "fd=" + std::to_string(device_.number()) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
  if (::mount("dead", path().c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0)
    fail("mount a FUSE file system");
  thread_ = std::thread([this] { serve(); });
}

// Closing the device ends the connection: whoever hangs in it gets an error.
DeadFileServer::~DeadFileServer() {
  ::umount2(path().c_str(), MNT_FORCE | MNT_DETACH);
  thread_.join();
}

void DeadFileServer::serve() const {
  std::vector<char> buffer(FUSE_MIN_READ_BUFFER + (1 << 20));
  while (true) {
    const ssize_t count = ::read(device_.number(), buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == ENOENT)) continue;
    if (count <= 0) return;  // unmounted
    fuse_in_header request{};
    std::memcpy(&request, buffer.data(), sizeof request);
    if (request.opcode != FUSE_INIT) continue;
    struct {
      fuse_out_header header;
      fuse_init_out init;
    } answer{};
    answer.header.len = sizeof answer;
    answer.header.unique = request.unique;
    answer.init.major = FUSE_KERNEL_VERSION;
    answer.init.minor = FUSE_KERNEL_MINOR_VERSION;
    answer.init.max_write = 4096;
    [[maybe_unused]] const ssize_t written = ::write(device_.number(), &answer, sizeof answer);
  }
}

}  // namespace provisioner::tests

// Threads with mounts or a network of their own: namespaces are per thread on Linux.

#include "tests/support/private_place.h"

#include <sched.h>
#include <sys/mount.h>

#include <stdexcept>
#include <thread>

#include "provisioner/base/os/process.h"

namespace provisioner::tests {
namespace {

void in_thread(int namespaces, const std::function<void()>& body) {
  std::exception_ptr problem;
  std::thread([&] {
    try {
      if (::unshare(namespaces) != 0) throw std::runtime_error("no namespace can be had");
      body();
    } catch (...) {
      problem = std::current_exception();
    }
  }).join();
  if (problem) std::rethrow_exception(problem);
}

}  // namespace

void with_own_mounts(const std::function<void()>& body) {
  in_thread(CLONE_NEWNS, [&] {
    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    body();
  });
}

void with_own_network(const std::function<void()>& body) {
  in_thread(CLONE_NEWNET, [&] {
    os::run_checked({.argv = {"ip", "link", "set", "lo", "up"}});
    body();
  });
}

}  // namespace provisioner::tests

#pragma once

#include <string>
#include <thread>

#include "provisioner/base/os/files.h"

namespace provisioner::tests {

// A file server that was there and answers no more: a FUSE file system in this process's own mount
// namespace whose server greets the kernel and then reads requests without an answer. Stands for
// NFS whose server died. Needs root.
class DeadFileServer {
 public:
  static bool is_possible();

  DeadFileServer();  // throws std::runtime_error where it cannot be mounted
  DeadFileServer(const DeadFileServer&) = delete;
  DeadFileServer& operator=(const DeadFileServer&) = delete;
  ~DeadFileServer();

  const std::string& path() const { return directory_.path(); }

 private:
  void serve() const;

  os::TemporaryDirectory directory_;
  os::Descriptor device_;
  std::thread thread_;
};

}  // namespace provisioner::tests

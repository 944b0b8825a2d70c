#pragma once

#include <string>
#include <vector>

#include "provisioner/node/deploy/order.h"
#include "provisioner/node/deploy/tree.h"

namespace provisioner::deploy {

// A file system that is mounted for as long as this lives. Throws Error(failed).
class Mounted {
 public:
  enum class Access : bool { read_only, writable };

  Mounted(const std::string& device, const std::string& target, Access access);
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;
  ~Mounted();
  // Also told when it goes wrong: what was written may not be on the disk then.
  void unmount();

 private:
  std::string target_;
  bool is_mounted_ = true;
};

// Makes a written system this node's own: the order's files, its host name, and new host keys by
// the system's own ssh-keygen; keys that the image has are removed first. Answers the lines of the
// public keys. Throws Error(failed).
std::vector<std::string> configure(const Tree& system, const Order& order);

// Throws Error(failed) where a file of the order is not there as it was written.
void require_configured(const Tree& system, const Order& order);

}  // namespace provisioner::deploy

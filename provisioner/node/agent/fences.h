#pragma once

#include <string>

#include "provisioner/node/wire/request.h"

namespace provisioner::agent {

// The highest fence this node has seen of each authority, in a file each below `directory` (kept by
// flock: agents of several sessions run side by side). A controller that lost its lock, and does
// not know it yet, is so kept from changing a node that another one holds now.
class Fences {
 public:
  explicit Fences(std::string directory) : directory_(std::move(directory)) {}

  // Throws Error(refused) for a request whose fence is below the highest one.
  void admit(const wire::Request& request);

 private:
  std::string directory_;
};

// Where this user's fences are: root's below /run/provisioner, another's below /run/user/UID or
// /var/tmp. Gone with a reboot, as is all that an earlier run left running.
std::string fence_directory();

}  // namespace provisioner::agent

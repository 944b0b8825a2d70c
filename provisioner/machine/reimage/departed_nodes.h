#pragma once

#include <map>
#include <string>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"

namespace provisioner::reimage {

// Nodes that go down for a while by one process of this controller, as long as it waits for them.
// All others count on none of them: `departed_nodes`. Kept in the state directory, a file for each
// that is held: one that a process which died has left counts for five minutes more. Not for
// threads.
class DepartedNodes {
 public:
  // `because` is what is told of them: "is being rebooted by run 7".
  DepartedNodes(std::string state_directory, std::string because, const os::Clock& clock);

  // Away from now on. Whoever leaves holds the guards' lock, by which no other decides meanwhile.
  void leave(const std::string& node);
  void returned(const std::string& node);  // nothing where it has not left

 private:
  std::string folder_, because_;
  const os::Clock& clock_;
  std::map<std::string, os::Descriptor> held_;
};

// By name, each with what is told of it.
std::map<std::string, std::string> departed_nodes(const std::string& state_directory,
                                                  const os::Clock& clock);

}  // namespace provisioner::reimage

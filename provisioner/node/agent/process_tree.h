#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace provisioner::agent {

// A worker and all that came from it: its descendants, and whoever is still in its session although
// its parent has gone. What has both left the session and lost its parent is a daemon of its own
// and no part of the tree.
class ProcessTree {
 public:
  explicit ProcessTree(pid_t root) : root_(root) {}

  // Signals all that are in the tree now or were at an earlier call. A number that another process
  // got since is left alone.
  void signal(int number);

  // True where none of those that were signalled is left, but for zombies.
  bool is_gone() const;

 private:
  struct Member {
    pid_t pid;
    std::uint64_t started;  // clock ticks since boot (proc(5)): with the pid, an identity
    auto operator<=>(const Member&) const = default;
  };
  void look();

  pid_t root_;
  std::vector<Member> members_;
};

}  // namespace provisioner::agent

// The program that runs on a node.

#include <linux/limits.h>
#include <unistd.h>

#include <array>
#include <string>

#include "provisioner/node/agent/supervisor.h"

int main() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  return provisioner::agent::supervise(length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : "");
}

// The program that runs on a node.

#include <linux/limits.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

#include "provisioner/node/agent/supervisor.h"

// "--probe" asks only whether a program can run from where this one lies.
int main(int count, char** arguments) {
  if (count > 1 && std::string_view(arguments[1]) == "--probe") return 0;
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
  return provisioner::agent::supervise(
      length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) : "");
}

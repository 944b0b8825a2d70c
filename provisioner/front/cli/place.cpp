// Where state is kept, and who is at work.

#include "provisioner/front/cli/place.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace provisioner::cli {

std::string boot_directory() { return os::join_path(state_directory(), "boot"); }

std::string pki_directory() { return os::join_path(state_directory(), "pki"); }

std::string cluster_directory(const std::string& instance) {
  return os::join_path(state_directory(), "clusters/" + instance);
}

std::string operator_name() {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const char* behind = std::getenv("SUDO_USER");
  std::string user = behind != nullptr && ::geteuid() == 0 ? behind : "";
  if (user.empty()) {
    const passwd* account = ::getpwuid(::geteuid());
    user = account == nullptr ? std::to_string(::geteuid()) : account->pw_name;
  }
  return user + "@" + host.data();
}

}  // namespace provisioner::cli

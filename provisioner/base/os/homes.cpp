// Where a person's and this program's files are. Apart from the rest: getpwuid is NSS, which the
// static agent must not link.

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

std::string chosen_state() {
  if (const char* chosen = std::getenv("PROVISIONER_STATE"); chosen != nullptr && *chosen != '\0')
    return absolute(chosen);
  if (::geteuid() == 0) return "/var/lib/provisioner";
  const char* state = std::getenv("XDG_STATE_HOME");
  return join_path(state != nullptr && *state == '/' ? std::string(state)
                                                     : join_path(home_directory(), ".local/state"),
                   "provisioner");
}

}  // namespace

std::string home_directory() {
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return home;
  const passwd* account = ::getpwuid(::getuid());
  return account == nullptr ? "/" : account->pw_dir;
}

std::string state_directory() {
  std::string directory = chosen_state();
  note_state(directory);
  return directory;
}

}  // namespace provisioner::os

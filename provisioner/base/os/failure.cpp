// What the system does not let us do. The state's place is noted, and not asked for: to know it
// takes NSS, which the static agent must not link.

#include "provisioner/base/os/failure.h"

#include <cerrno>
#include <mutex>
#include <system_error>

#include "provisioner/base/base/error.h"

namespace provisioner::os {
namespace {

struct NotedState {
  std::mutex mutex;
  std::string directory;
};

NotedState& noted_state() {
  static NotedState noted;
  return noted;
}

bool is_in_state(const std::string& path) {
  NotedState& noted = noted_state();
  const std::lock_guard lock(noted.mutex);
  return !noted.directory.empty() &&
         (path == noted.directory || path.starts_with(noted.directory + "/"));
}

bool is_not_ours(int code) { return code == EACCES || code == EPERM || code == EROFS; }

}  // namespace

void fail(const std::string& doing, const std::string& path, int code) {
  base::Error error(base::Kind::failed, "cannot " + doing + " '" + path +
                                            "': " + std::generic_category().message(code));
  if (is_not_ours(code) && is_in_state(path)) error.set_hint(other_state);
  throw error;
}

void note_state(const std::string& directory) {
  NotedState& noted = noted_state();
  const std::lock_guard lock(noted.mutex);
  noted.directory = directory;
}

}  // namespace provisioner::os

// Where images are made.

#include "provisioner/machine/image/work_place.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "provisioner/base/base/error.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds patience{60};

os::Descriptor held_folder(const std::string& path) {
  os::Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.is_open() && ::flock(folder.number(), LOCK_EX | LOCK_NB) != 0) return {};
  return folder;
}

// Whoever is killed cannot tidy up. Its number says that it is gone, and the lock on the folder
// that no process of another container has this number, and that only one clears it.
void clear_left_by_dead(const std::string& directory) {
  if (!os::is_directory(directory)) return;
  for (const std::string& entry : os::entries(directory)) {
    const pid_t owner =
        static_cast<pid_t>(std::strtol(entry.substr(entry.rfind('.') + 1).c_str(), nullptr, 10));
    if (owner <= 0 || ::kill(owner, 0) == 0 || errno != ESRCH) continue;
    const os::Descriptor held = held_folder(directory + "/" + entry);
    if (held.is_open()) os::remove_tree(directory + "/" + entry);
  }
}

}  // namespace

WorkPlace::WorkPlace(const Store& store, const std::string& name)
    : lock_(store.lock(Sharing::with_others, patience)),
      path_(store.work_directory() + "/" + name + "." + std::to_string(::getpid())) {
  if (!lock_.is_open())
    throw Error(Kind::refused, "'" + store.directory() + "' is being cleaned by 'image gc'")
        .set_hint("try again when it is over");
  clear_left_by_dead(store.work_directory());
  os::remove_tree(path_);  // of a program that had our number and was killed
  os::make_directories(path_);
  own_ = held_folder(path_);
}

WorkPlace::~WorkPlace() {
  try {
    os::remove_tree(path_);
  } catch (const Error&) {
    // `image gc` takes what is left.
  }
}

}  // namespace provisioner::image

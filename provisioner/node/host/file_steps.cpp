// The steps on files other than writing one.
#include "provisioner/node/host/file_steps.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/host/file_queries.h"
#include "provisioner/node/host/write_file.h"

namespace provisioner::host {
namespace {

using os::Descriptor;

timespec time_from(const std::optional<double>& seconds) {
  if (!seconds) return {0, UTIME_NOW};
  const double whole = std::floor(*seconds);
  return {static_cast<time_t>(whole), static_cast<long>((*seconds - whole) * 1e9)};
}

// Removes what is below a directory. Names are looked up in the open directory, so that nobody can
// turn one into a link on the way; a file system mounted below is left alone and stops the work.
void remove_children(int directory, dev_t device, const std::string& path) {
  const auto names = directory_entries(fmt::format("/proc/self/fd/{}", directory));
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    const std::string child = os::join_path(path, name);
    struct stat raw {};
    if (fstatat(directory, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      throw io_error("remove", child, errno);
    }
    const bool is_directory = S_ISDIR(raw.st_mode);
    if (is_directory) {
      // Of directories only: on an overlay a file tells the device of the layer it lies in.
      if (raw.st_dev != device)
        throw io_error("remove", child, EBUSY).set_hint("another file system is mounted there");
      const Descriptor below(
          openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!below.is_open()) throw io_error("remove", child, errno);
      remove_children(below.number(), device, child);
    }
    if (unlinkat(directory, name.c_str(), is_directory ? AT_REMOVEDIR : 0) != 0 && errno != ENOENT)
      throw io_error("remove", child, errno);
  }
}

}  // namespace

void make_directory(const wire::MakeDirectory& step) {
  if (mkdir(step.path.c_str(), 0777) != 0) throw io_error("make directory", step.path, errno);
  if (step.attributes != wire::Attributes{}) set_attributes({step.path, step.attributes, false});
}

void make_link(const wire::MakeLink& step) {
  struct stat raw {};
  if (lstat(step.path.c_str(), &raw) == 0 && S_ISDIR(raw.st_mode))
    throw io_error("make link", step.path, EISDIR);
  const std::string temporary =
      os::join_path(os::parent_of(step.path), ".provisioner-" + crypto::random_token());
  const int made = step.hard ? linkat(AT_FDCWD, step.target.c_str(), AT_FDCWD, temporary.c_str(), 0)
                             : symlink(step.target.c_str(), temporary.c_str());
  if (made != 0) throw io_error("make link", step.path, errno);
  const int error = rename(temporary.c_str(), step.path.c_str()) == 0 ? 0 : errno;
  // Renaming one name of an inode over another name of it does nothing and keeps both.
  if (error != 0 || step.hard) unlink(temporary.c_str());
  if (error != 0) throw io_error("make link", step.path, error);
}

void touch_file(const wire::TouchFile& step) {
  const Descriptor file(
      open(step.path.c_str(), O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666));
  if (!file.is_open() && errno != EISDIR && errno != ENXIO)
    throw io_error("touch", step.path, errno);
  const timespec times[2] = {time_from(step.access_time), time_from(step.modification_time)};
  if (utimensat(AT_FDCWD, step.path.c_str(), times, 0) != 0)
    throw io_error("touch", step.path, errno);
}

void remove(const wire::Remove& step) {
  struct stat raw {};
  if (lstat(step.path.c_str(), &raw) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return;
    throw io_error("remove", step.path, errno);
  }
  if (!S_ISDIR(raw.st_mode)) {
    if (unlink(step.path.c_str()) != 0) throw io_error("remove", step.path, errno);
    return;
  }
  if (step.recursive) {
    const Descriptor directory(
        open(step.path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory.is_open()) throw io_error("remove", step.path, errno);
    remove_children(directory.number(), raw.st_dev, step.path);
  }
  if (rmdir(step.path.c_str()) != 0) throw io_error("remove", step.path, errno);
}

// Through a descriptor of the very thing, so that it cannot be swapped for a link between two
// calls.
void set_attributes(const wire::SetAttributes& step) {
  const Descriptor thing(
      open(step.path.c_str(), O_PATH | O_CLOEXEC | (step.follow ? 0 : O_NOFOLLOW)));
  if (!thing.is_open()) throw io_error("change", step.path, errno);
  const wire::Attributes& wanted = step.attributes;
  constexpr auto unchanged = static_cast<std::uint32_t>(-1);
  const bool owner = wanted.uid || wanted.gid;
  if (owner && fchownat(thing.number(), "", wanted.uid.value_or(unchanged),
                        wanted.gid.value_or(unchanged), AT_EMPTY_PATH) != 0)
    throw io_error("change the owner of", step.path, errno);
  struct stat raw {};
  const bool is_link = fstat(thing.number(), &raw) == 0 && S_ISLNK(raw.st_mode);
  const std::string name = fmt::format("/proc/self/fd/{}", thing.number());
  if (wanted.mode && !is_link && chmod(name.c_str(), *wanted.mode) != 0)
    throw io_error("change the mode of", step.path, errno);
}

}  // namespace provisioner::host

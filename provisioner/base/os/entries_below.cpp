// A folder with all that it holds.

#include "provisioner/base/os/entries_below.h"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

void add_entries(const std::string& folder, std::vector<EntryBelow>& all) {
  for (const std::string& name : entries(folder)) {
    const std::string path = join_path(folder, name);
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0)
      throw base::Error(base::Kind::failed,
                        "cannot look at '" + path + "': " + std::generic_category().message(errno));
    all.push_back({.path = path,
                   .is_link = S_ISLNK(status.st_mode),
                   .is_file = S_ISREG(status.st_mode),
                   .names = status.st_nlink});
    if (S_ISDIR(status.st_mode)) add_entries(path, all);
  }
}

}  // namespace

std::vector<EntryBelow> entries_below(const std::string& folder) {
  std::vector<EntryBelow> all;
  add_entries(folder, all);
  return all;
}

}  // namespace provisioner::os

// A bundle as a directory.

#include "provisioner/front/platform/handoff_tree.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/place_directory.h"
#include "provisioner/platform/handoff/bundle.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using handoff::Files;

constexpr mode_t file_mode = 0644, script_mode = 0755;
constexpr std::size_t largest_file = 64 << 20;

bool is_bundle(const std::string& directory) {
  return os::is_file(os::join_path(directory, handoff::summary_file)) &&
         os::is_file(os::join_path(directory, handoff::checksums_file));
}

void require_replaceable(const std::string& directory) {
  if (!os::exists(directory)) return;
  const bool is_empty = os::is_directory(directory) && os::entries(directory).empty();
  if (os::link_target(directory) || (!is_empty && !is_bundle(directory)))
    throw Error(Kind::refused, "'" + directory + "' is there, and is no bundle")
        .set_hint("name another place with --out, or look at what it is and remove it");
}

void read_below(const std::string& directory, const std::string& path, Files& files) {
  for (const std::string& name : os::entries(directory)) {
    const std::string full = os::join_path(directory, name);
    const std::string below = path.empty() ? name : path + "/" + name;
    if (os::link_target(full))
      files[below] = "a link";
    else if (os::is_directory(full))
      read_below(full, below, files);
    else if (os::is_file(full))
      files[below] = os::require_file(full, largest_file);
    else
      files[below] = "no file";
  }
}

}  // namespace

void write_tree(const Files& files, const std::string& directory) {
  const std::string place = os::absolute(directory);
  require_replaceable(place);
  const std::string made = place + ".new-" + crypto::random_token().substr(0, 8);
  try {
    os::make_directories(made);
    for (const auto& [path, bytes] : files) {
      const std::string full = os::join_path(made, path);
      os::make_directories(os::parent_of(full));
      os::write_file(full, bytes, path.ends_with(".sh") ? script_mode : file_mode);
    }
    os::place_directory(made, place);
  } catch (const Error&) {
    os::remove_tree(made);
    throw;
  }
  os::remove_tree(made);  // what stood there before
}

Files read_tree(const std::string& directory) {
  if (!os::is_directory(directory))
    throw Error(Kind::usage, "there is no directory '" + directory + "'");
  Files files;
  read_below(directory, "", files);
  return files;
}

}  // namespace provisioner::platform

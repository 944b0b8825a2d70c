// A bundle as a directory.

#include "provisioner/front/platform/handoff_tree.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/place_directory.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/bundle.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using handoff::Files;

constexpr mode_t file_mode = 0644, script_mode = 0755;
constexpr std::size_t largest_file = 64 << 20;

void read_below(const std::string& directory, const std::string& path, Files& files) {
  const std::vector<std::string> names = os::entries(directory);
  if (names.empty() && !path.empty()) files[path] = "an empty directory";
  for (const std::string& name : names) {
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

[[noreturn]] void refuse(const std::string& place, const std::string& why) {
  throw Error(Kind::refused, "'" + place + "' " + why)
      .set_hint("name another place with --out, or look at what it is and remove it");
}

// Whose bundle it is by its own summary; "" for what is none.
std::string instance_in(const std::string& summary) {
  try {
    return value::text_or(value::read_json(summary, handoff::summary_file), "instance", "");
  } catch (const Error&) {
    return "";
  }
}

}  // namespace

void require_replaceable(const std::string& directory, const std::string& instance) {
  const std::string place = os::absolute(directory);
  if (os::link_target(place)) refuse(place, "is a link");
  if (!os::exists(place)) return;
  if (!os::is_directory(place)) refuse(place, "is no directory");
  if (os::entries(place).empty()) return;
  const auto has = [&](const char* name) { return os::is_file(os::join_path(place, name)); };
  if (!has(handoff::summary_file) || !has(handoff::checksums_file))
    refuse(place, "is there, and is no bundle");
  const Files tree = read_tree(place);
  if (const std::string of = instance_in(tree.at(handoff::summary_file)); of != instance)
    refuse(place, of.empty() ? "is there, and is no bundle"
                             : "is the bundle of '" + of + "', and not of '" + instance + "'");
  if (const auto changed = handoff::changes_in(tree); !changed.empty())
    refuse(place, "is not as it was written: " + base::one_line(changed.front()) +
                      (changed.size() == 1 ? ""
                                           : " (and " + std::to_string(changed.size() - 1) +
                                                 " more: provisioner handoff verify)"));
}

void write_tree(const Files& files, const std::string& directory, const std::string& instance,
                const std::function<void()>& heed) {
  const std::string place = os::absolute(directory);
  require_replaceable(place, instance);
  const std::string made = place + ".new-" + crypto::random_token().substr(0, 8);
  try {
    os::make_directories(made);
    for (const auto& [path, bytes] : files) {
      heed();
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

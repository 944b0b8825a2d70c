// Playbooks, images and recipes of the program's own.

#include "provisioner/base/os/content.h"

#include <string_view>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

constexpr std::string_view installed = "/usr/share/provisioner";

}  // namespace

std::vector<std::string> content_places(const std::string& name) {
  std::vector<std::string> places;
  for (std::string folder = parent_of(real_path("/proc/self/exe")); folder != "/";
       folder = parent_of(folder))
    places.push_back(join_path(folder, name));
  places.push_back(join_path(std::string(installed), name));
  return places;
}

std::string require_content(const std::string& name, bool (*is_kind)(const std::string&)) {
  for (const std::string& path : content_places(name))
    if (is_kind(path)) return path;
  throw base::Error(base::Kind::failed, "'" + name + "' is neither beside this program nor in '" +
                                            std::string(installed) + "'");
}

}  // namespace provisioner::os

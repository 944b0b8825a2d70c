// Playbooks, images and recipes of the program's own.

#include "provisioner/base/os/content.h"

#include "provisioner/base/os/files.h"

namespace provisioner::os {

std::vector<std::string> content_places(const std::string& name) {
  std::vector<std::string> places;
  for (std::string folder = parent_of(real_path("/proc/self/exe")); folder != "/";
       folder = parent_of(folder))
    places.push_back(join_path(folder, name));
  places.push_back(join_path("/usr/share/provisioner", name));
  return places;
}

}  // namespace provisioner::os

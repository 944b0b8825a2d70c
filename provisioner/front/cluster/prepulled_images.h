#pragma once

#include <map>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/image_layers.h"
#include "provisioner/cluster/registry/image_room.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/front/cluster/registry_site.h"

namespace provisioner::cluster {

inline constexpr const char* image_place = "/var/lib/containerd";

// Images of the lock that are meant, each once, under however many tags it is there: "team/tool"
// or "team/*" for all tags, "team/tool:w_*"; all where no pattern is given.
std::vector<registry::VettedImage> prepulled_images(const RegistrySite& site,
                                                    const std::vector<std::string>& patterns);

// What a node keeps images on.
struct NodeImages {
  registry::ImageRoom room;
  std::string architecture;
  bool is_own = false;  // the file system is for images alone
};
// By what prepull_look_script.sh prints.
NodeImages read_node_images(const std::string& answer);
// Of those nodes that answer, and have the place.
std::map<std::string, NodeImages> look_at_node_images(const cli::RunWords& words,
                                                      const std::vector<std::string>& nodes);

// What nodes of an architecture pull of images; the registry is asked once for each.
class PulledLayers {
 public:
  PulledLayers(const RegistrySite& site, std::vector<registry::VettedImage> images)
      : client_(own_access(site)), images_(std::move(images)) {}

  // Throws Error as registry::layers_of.
  const std::vector<registry::ImageLayer>& of(const std::string& architecture);

 private:
  registry::RegistryClient client_;
  std::vector<registry::VettedImage> images_;
  std::map<std::string, std::vector<registry::ImageLayer>> by_architecture_;
};

}  // namespace provisioner::cluster

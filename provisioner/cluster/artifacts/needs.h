#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact.h"

namespace provisioner::artifacts {

// What somebody takes of that which a lock names. Of an image `name` is the name that pods use, and
// without a tag each tag will do; of anything else name and version are the artefact's.
struct Need {
  Kind kind = Kind::file;
  std::string name, version;
  std::string by;  // who needs it: "ingress"
};

// Those that neither list nor lock has, in the order of the needs and each once, for people: "the
// image docker.io/library/traefik:v3.6.12, needed by ingress".
std::vector<std::string> unmet_needs(const std::vector<Need>& needs,
                                     const std::vector<Wanted>& wanted,
                                     const std::vector<Locked>& locked);

}  // namespace provisioner::artifacts

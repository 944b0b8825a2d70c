#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/registry/broken_layer.h"
#include "provisioner/cluster/registry/package.h"
#include "provisioner/cluster/registry/pulled_image.h"

namespace provisioner::registry {

// What is in one image: its layers are gone through from the bottom up, and what an upper one
// replaces or removes counts no more. Read are the lists of dpkg, apk and rpm (in SQLite, or its
// own ndb), what Python, conda and Node have installed, and what programs of Go (since 1.18) and
// archives of Java say that they were made of, wherever these lie. Other programs that no package
// manager knows are not seen.
struct BillOfMaterials {
  std::string system, system_version;  // "debian", "12": of os-release; "" where there is none
  std::vector<Package> packages;       // sorted, each once
  // A list of packages, a program, an archive or a layer that was not read, as nobody here can: the
  // bill is not whole.
  bool has_unread = false;
  std::vector<BrokenLayer> broken_layers;  // of what was not read, that which no node can rely on
};
BillOfMaterials bill_of(const PulledImage& image, const ImagePart& part);

// CycloneDX 1.5 as JSON; the same bill is the same text.
std::string write_cyclonedx(const BillOfMaterials& bill, const std::string& name,
                            const std::string& sha256);

}  // namespace provisioner::registry

#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/registry/package.h"
#include "provisioner/cluster/registry/pulled_image.h"

namespace provisioner::registry {

// What is in one image: its layers are gone through from the bottom up, and what an upper one
// replaces or removes counts no more. Read are the lists of dpkg, apk and rpm (the SQLite one), and
// what Python, conda and Node have installed, wherever that lies. Programs that no package manager
// knows are not seen, nor what an archive of Java holds.
struct BillOfMaterials {
  std::string system, system_version;  // "debian", "12": of os-release; "" where there is none
  std::vector<Package> packages;       // sorted, each once
  // A list of packages or a layer that was not read, as nobody here can: the bill is not whole.
  bool has_unread = false;
};
BillOfMaterials bill_of(const PulledImage& image, const ImagePart& part);

// CycloneDX 1.5 as JSON; the same bill is the same text.
std::string write_cyclonedx(const BillOfMaterials& bill, const std::string& name,
                            const std::string& sha256);

}  // namespace provisioner::registry

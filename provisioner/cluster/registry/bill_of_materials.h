#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/registry/pulled_image.h"

namespace provisioner::registry {

// A package that an image holds, as the data of its own package manager have it.
struct Package {
  std::string manager;  // "deb" or "apk"
  std::string name, version, architecture;
  auto operator<=>(const Package&) const = default;
};

// What is in one image: its layers are gone through from the bottom up, and what an upper one
// replaces or removes counts no more. Programs that no package manager knows are not seen.
struct BillOfMaterials {
  std::string system, system_version;  // "debian", "12": of os-release; "" where there is none
  std::vector<Package> packages;       // sorted
  // A list of packages or a layer that was not read, as nobody here can: the bill is not whole.
  bool has_unread = false;
};
BillOfMaterials bill_of(const PulledImage& image, const ImagePart& part);

// CycloneDX 1.5 as JSON; the same bill is the same text.
std::string write_cyclonedx(const BillOfMaterials& bill, const std::string& name,
                            const std::string& sha256);

std::vector<Package> read_dpkg_status(const std::string& text);
std::vector<Package> read_apk_installed(const std::string& text);

}  // namespace provisioner::registry

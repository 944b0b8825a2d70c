#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "provisioner/base/base/secret.h"
#include "provisioner/cluster/registry/candidates.h"
#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/cluster/registry/vetting_policy.h"

namespace provisioner::registry {

// What images are vetted with.
struct Vetting {
  VettingPolicy policy;
  std::optional<Scanner> scanner;
  base::Secret key;
  std::string place;      // what clusters call the registry: "registry.example.org:5000"
  std::string directory;  // for images on their way, on a disk with room for one
  std::string by;         // who vets
  std::function<std::chrono::system_clock::time_point()> now;
};

struct Vetted {
  Verdict verdict;
  VettedImage image;  // for the lock, where it has passed
};

// Looks into one image and, where nothing stands against it, copies it to vetted/, with a list of
// what it holds and the site's signature beside it. One that stands against it changes nothing
// there. Killed anywhere, the same again goes on; a tag never names what is not whole. Throws as
// RegistryClient and scan_layout.
Vetted vet(const Candidate& candidate, RegistryClient& from, RegistryClient& own,
           const Vetting& vetting);

// Whether it has been vetted before and is all there.
bool is_vetted(const Candidate& candidate, const ImagesLock& lock, RegistryClient& own,
               const std::string& public_key);

}  // namespace provisioner::registry

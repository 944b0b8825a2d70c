#pragma once

#include <functional>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/cluster/registry/registry_client.h"

namespace provisioner::registry {

// What was vetted, in a folder on another disk: blobs and manifests by their digests, each once
// however many images have it, and a list of what names what. Another backup into the same folder
// adds what is new. Over the API alone: of whatever kind the registry is, or will be.
struct BackupCount {
  std::size_t images = 0, blobs = 0;  // of the blobs those that were not there before
};
using Progress = std::function<void(const std::string& text)>;

// The list is written last: a backup that is cut off is the one of before.
BackupCount back_up(RegistryClient& registry, const ImagesLock& lock, const std::string& folder,
                    const Progress& progress);

// Everything that the list names, with its tags and signatures. What is there already is not sent
// again. Throws Error(input) for no backup, Error(failed) where a file is damaged: what comes
// before it in the list is restored then.
BackupCount restore(RegistryClient& registry, const std::string& folder, const Progress& progress);

}  // namespace provisioner::registry

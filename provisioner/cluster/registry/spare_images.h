#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "provisioner/cluster/registry/images_lock.h"
#include "provisioner/cluster/registry/stored_images.h"

namespace provisioner::registry {

// An image that nobody needs, and why.
struct SpareImage {
  std::string repository, sha256, why;
  std::vector<std::string> tags;
  std::int64_t came = 0;             // seconds since 1970
  std::vector<StoredImage> removed;  // it, with what no other image needs of an index
};
struct SpareImages {
  std::int64_t now = 0;  // when the storage was looked at, by the node
  std::vector<SpareImage> images;
  std::uint64_t bytes = 0;  // of what is theirs alone, each blob once
};

// Why an image may go, which has a tag or is part of no other; "" where it stays.
using Judge = std::function<std::string(const StoredImage&)>;
// Signatures and bills of materials go with what they are about, parts of an index with the last
// index that names them.
SpareImages spare_images(const StoredImages& stored, const Judge& judge);

// Of incoming/: what is vetted, and what has waited for longer than `days`.
Judge judge_of_incoming(const ImagesLock& lock, std::int64_t now, int days);

// What is needed of mirror/.
struct NeededImages {
  std::set<std::string> digests, names;  // names as `whole_name` has them
};
// "busybox" is "docker.io/library/busybox:latest"; "" for what only names a digest.
std::string whole_name(const std::string& image);
// Takes up what a pod or a lock names, as NAME:TAG, NAME@sha256:DIGEST or sha256:DIGEST; of
// REGISTRY/mirror/... what it stands for, by whatever name the registry is known there.
void add_needed(NeededImages& needed, const std::string& image);

// Of the site's own registry: what was demoted, and, where it is known what of it is needed, the
// rest of mirror/, but for images called `pause`: no pod names the one that each pod needs.
Judge judge_of_own(const ImagesLock& lock, std::optional<NeededImages> needed);

// The same of what people were told already, and of nothing else.
Judge judge_of_told(const SpareImages& told, Judge judge);

// What site-registry-sweep reads: which manifests and tags go, of a storage that was looked at
// then.
std::string sweep_list(const SpareImages& spare, const std::string& storage);

}  // namespace provisioner::registry

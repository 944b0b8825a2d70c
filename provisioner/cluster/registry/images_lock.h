#pragma once

#include <string>
#include <vector>

namespace provisioner::registry {

// An image that was vetted, as images.lock has it.
struct VettedImage {
  std::string name;                 // below vetted/: "team/tool"
  std::string tag;                  // that it came under; "" where it came by its digest
  std::string sha256;               // of its manifest, or its index
  std::string verdict;              // "passed", or "passed with waivers"
  std::string scan;                 // "not scanned", or by what, with a database of when
  std::vector<std::string> waived;  // what stood against it, each with who says why
  std::uint64_t size = 0;           // bytes, of the largest platform as it travels
  std::string by, at;               // who vetted it, and when (RFC 3339)
};
std::string called(const VettedImage& image);  // "team/tool:1.2@sha256:0123..."

// One that was vetted and may not run any more.
struct DemotedImage {
  std::string name, sha256, reason, by, at;
};

struct ImagesLock {
  std::vector<VettedImage> images;
  std::vector<DemotedImage> demoted;

  const DemotedImage* demotion_of(const std::string& name, const std::string& sha256) const;
};

// What clusters may run. Throws Error(input) with the place for anything that it would not have
// written; empty where there is no such file.
ImagesLock read_images_lock(const std::string& path);
// In a stable order, a line each: what changed between two locks is what a reviewer wants to see.
void write_images_lock(const std::string& path, ImagesLock lock);

// Adds it, or puts it in the place of the same name, tag and digest. False where it was there with
// the same verdict of the same scan: then who and when stay as they were.
bool add_vetted(ImagesLock& lock, const VettedImage& image);
// Takes it out, under whatever tags. False where it was demoted before: then reason, who and when
// stay as they were.
bool demote(ImagesLock& lock, const DemotedImage& image);

}  // namespace provisioner::registry

#pragma once

#include <map>
#include <string>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/node/disks/write_image.h"

namespace provisioner::disks {

// An image in memory, cut into chunks, with the files of its chunks by their digests.
struct TestImage {
  std::string bytes, digest;  // of its manifest
  chunk::Manifest manifest;
  std::map<std::string, std::string> files;
  int fetches = 0;

  ImageSource source();
};

TestImage cut(std::string bytes, std::uint64_t chunk_length);

// `size` bytes that cannot be guessed, but some stretches of zeros.
std::string random_bytes(std::size_t size, unsigned seed);

}  // namespace provisioner::disks

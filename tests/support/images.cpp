#include "tests/support/images.h"

#include <algorithm>
#include <random>

#include "provisioner/base/crypto/digest.h"

namespace provisioner::disks {

ImageSource TestImage::source() {
  ImageSource source;
  source.file = [this](const std::string& name, std::uint64_t) {
    ++fetches;
    return files.at(name);
  };
  return source;
}

TestImage cut(std::string bytes, std::uint64_t chunk_length) {
  TestImage image;
  image.bytes = std::move(bytes);
  image.manifest.name = "debian-12";
  image.manifest.version = "1";
  image.manifest.size = image.bytes.size();
  for (std::uint64_t offset = 0; offset < image.bytes.size(); offset += chunk_length) {
    chunk::Chunk chunk;
    chunk.offset = offset;
    const std::string raw = image.bytes.substr(offset, chunk_length);
    chunk.length = raw.size();
    chunk.is_zero = chunk::is_zero(raw);
    if (!chunk.is_zero) {
      const std::string file = chunk::pack(raw);
      chunk.raw = crypto::sha256(raw);
      chunk.file = crypto::sha256(file);
      chunk.file_size = file.size();
      image.files[chunk.file] = file;
    }
    image.manifest.chunks.push_back(chunk);
  }
  image.digest = crypto::sha256(chunk::to_json(image.manifest));
  return image;
}

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  constexpr std::size_t stretch = 256 << 10;
  for (std::size_t at = 0; at < size; at += stretch) {
    if (at > 0 && random() % 4 == 0) continue;
    for (std::size_t i = at; i < std::min(size, at + stretch); i += 64)
      bytes[i] = static_cast<char>(random());
  }
  return bytes;
}

}  // namespace provisioner::disks

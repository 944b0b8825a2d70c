#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/chunk/manifest.h"
#include "provisioner/base/crypto/signature.h"
#include "provisioner/base/os/file_lock.h"
#include "provisioner/base/os/files.h"

namespace provisioner::image {

// What a node boots from the network to write an image. Digests of public files; both are empty for
// an imported image, which is written from the RAM disk of another one.
struct BootFiles {
  std::string kernel, ram_disk;
  // Bytes, as they were when the image was published; 0 where that was not noted.
  std::uint64_t kernel_size = 0, ram_disk_size = 0;
};

// An image as the store has it, its signature checked.
struct StoredImage {
  chunk::Manifest manifest;
  std::string digest;     // SHA-256 of the manifest's bytes: a public file
  std::string signature;  // 64 bytes, over the manifest's bytes
  std::string made;       // "2026-11-28T10:02:03.123Z"
  BootFiles boot;
};

using os::Sharing;

// Images in a directory: chunks/AB/DIGEST, files/AB/DIGEST (kernels, RAM disks, manifests),
// packages/AB/DIGEST, manifests/NAME/VERSION.json with .sig and .boot, locks/NAME, keys/signing.
// What lies under chunks and files is public: it holds no secrets, and anybody may have it who
// knows its digest. All writes are atomic and durable. Several programs at once. Throws
// Error(failed).
class Store {
 public:
  // For those who look: nothing is made. An empty name is the standard directory. Throws
  // Error(usage) where there is no store, Error(failed) where its key is gone.
  static Store open(const std::string& directory);
  // For those who make images: makes the directory and, once, the key that manifests are signed
  // with (mode 0600). Throws Error(failed) where there are manifests, but no key.
  static Store make(const std::string& directory);
  static bool is_there(const std::string& directory);

  const std::string& directory() const { return directory_; }
  std::string work_directory() const { return directory_ + "/work"; }  // of images in the making
  const std::string& public_key() const { return key_.public_key; }    // 32 bytes

  // Keeps `gc` out, or everybody. Not open where others held it for all of `patience`.
  os::Descriptor lock(Sharing sharing, std::chrono::milliseconds patience) const;

  // The bytes of the disk from `offset` on, kept unless they are there already or are zeros.
  chunk::Chunk keep_chunk(std::uint64_t offset, std::string_view raw) const;
  std::string keep_file(std::string_view bytes) const;      // its digest
  std::string keep_package(const std::string& path) const;  // its digest
  std::string chunk_path(const std::string& digest) const;
  std::string file_path(const std::string& digest) const;
  std::string package_path(const std::string& digest) const;
  std::string lock_path(const std::string& name) const;  // of the image's package lock

  // Signs and shows it to all. A version that is there stays: Error(refused) unless it is the same.
  void publish(const chunk::Manifest& manifest, const BootFiles& boot) const;
  // Gives it a version first, "20261128.1": the day, and the first number that no version of the
  // image has, nor gets meanwhile by somebody else. Returns it.
  std::string publish_next(chunk::Manifest manifest, const BootFiles& boot,
                           std::int64_t seconds) const;

  std::vector<std::string> names() const;
  std::vector<std::string> versions(const std::string& name) const;  // sorted, as texts
  // Without a version the one made last. Throws Error(usage) where there is none, Error(failed)
  // where the manifest is damaged or not signed by this store's key.
  StoredImage image(const std::string& name, const std::string& version = {}) const;
  // Those of the image made last that has some.
  std::optional<BootFiles> newest_boot_files() const;
  BootFiles require_boot_files() const;  // the same; throws Error(failed) where none has

  bool is_public(const std::string& digest) const { return public_file(digest).has_value(); }
  std::optional<std::string> public_file(const std::string& digest) const;  // its path

 private:
  Store(std::string directory, crypto::SigningKey key)
      : directory_(std::move(directory)), key_(std::move(key)) {}
  std::string manifest_path(const std::string& name, const std::string& version) const;
  void write_manifest(const chunk::Manifest& manifest, const BootFiles& boot) const;
  std::string newest_version(const std::string& name) const;

  std::string directory_;
  crypto::SigningKey key_;
};

std::string standard_store_directory();           // images below the state directory
std::string key_id(std::string_view public_key);  // 16 hex digits, for people and for .sig files
// Throws Error(usage) where an image or its version cannot be called so; "" is no version.
void require_names(const std::string& name, const std::string& version);

}  // namespace provisioner::image

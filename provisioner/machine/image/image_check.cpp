// Is the store as it was signed, and what in it does nobody need?

#include "provisioner/machine/image/image_check.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <set>
#include <tuple>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/machine/image/package_lock.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds patience{5};

std::string damage_of(const Store& store, const chunk::Chunk& chunk) {
  try {
    const auto file = os::read_regular_file(store.chunk_path(chunk.file));
    if (!file) return "its file is not there";
    if (file->bytes.size() != chunk.file_size || crypto::sha256(file->bytes) != chunk.file)
      return "its file is damaged";
    if (crypto::sha256(chunk::unpack(file->bytes, chunk.length)) != chunk.raw)
      return "its file holds something else";
  } catch (const Error& error) {
    return error.message();
  }
  return "";
}

std::string damage_of_file(const Store& store, const std::string& digest) {
  if (!os::is_file(store.file_path(digest))) return "is not there";
  return crypto::file_digest("sha256", store.file_path(digest)) == digest ? "" : "is damaged";
}

std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

struct Named {
  std::set<std::string> chunks, files, packages;
};

// Of a file that no signature vouches for: where it names what is not there, what it should name
// would be taken for garbage.
void require_boot_files(const Store& store, const StoredImage& image) {
  const std::tuple<const char*, std::string, std::uint64_t> files[] = {
      {"kernel", image.boot.kernel, image.boot.kernel_size},
      {"RAM disk", image.boot.ram_disk, image.boot.ram_disk_size}};
  for (const auto& [what, digest, size] : files) {
    const std::string path = digest.empty() ? "" : store.file_path(digest);
    if (path.empty() || (os::is_file(path) && (size == 0 || size_of(path) == size))) continue;
    throw Error(Kind::failed, fmt::format("the {} '{}' of image '{}' {} is not there", what, digest,
                                          image.manifest.name, image.manifest.version))
        .set_hint("nothing was removed; build the image again from its lock, or remove it first");
  }
}

Named named_by_manifests(const Store& store) {
  if (const std::vector<LostManifest> lost = lost_manifests(store); !lost.empty())
    throw Error(Kind::failed, fmt::format("image '{}' {}: its manifest is gone", lost.front().name,
                                          lost.front().version))
        .set_hint(lost.front().hint());
  Named named;
  for (const std::string& name : store.names())
    for (const std::string& version : store.versions(name)) {
      const StoredImage image = store.image(name, version);
      require_boot_files(store, image);
      named.files.insert({image.digest, image.boot.kernel, image.boot.ram_disk});
      for (const chunk::Chunk& chunk : image.manifest.chunks) named.chunks.insert(chunk.file);
    }
  const std::string locks = store.directory() + "/locks";
  if (os::is_directory(locks))
    for (const std::string& name : os::entries(locks)) {
      const std::string path = os::join_path(locks, name);
      if (name.ends_with(".tmp")) continue;
      const PackageLock lock =
          read_package_lock(base::register_source(path, os::require_regular_file(path).bytes));
      for (const LockedPackage& package : lock.packages) named.packages.insert(package.digest);
    }
  return named;
}

void sweep(const std::string& directory, const std::set<std::string>& named, Garbage& garbage) {
  if (!os::is_directory(directory)) return;
  for (const std::string& folder : os::entries(directory))
    for (const std::string& name : os::entries(os::join_path(directory, folder))) {
      if (named.contains(name)) continue;
      const std::string path = directory + "/" + folder + "/" + name;
      garbage.bytes += size_of(path);
      ++garbage.files;
      os::remove_file(path);
    }
}

}  // namespace

std::vector<std::string> damages(const Store& store, const StoredImage& image) {
  std::vector<std::string> found;
  std::size_t index = 0;
  for (const chunk::Chunk& chunk : image.manifest.chunks) {
    const std::string damage = chunk.is_zero ? "" : damage_of(store, chunk);
    if (!damage.empty())
      found.push_back("chunk " + std::to_string(index) + " '" + chunk.file + "': " + damage);
    ++index;
  }
  const std::pair<const char*, std::string> files[] = {
      {"manifest", image.digest}, {"kernel", image.boot.kernel}, {"RAM disk", image.boot.ram_disk}};
  for (const auto& [what, digest] : files)
    if (const std::string damage = digest.empty() ? "" : damage_of_file(store, digest);
        !damage.empty())
      found.push_back(std::string(what) + " '" + digest + "' " + damage);
  return found;
}

std::vector<std::string> shortfalls(const Store& store, const StoredImage& image,
                                    const BootFiles& boot) {
  std::vector<std::string> found;
  const auto look = [&](const std::string& what, const std::string& digest, std::uint64_t size) {
    const auto path = store.public_file(digest);
    const std::uint64_t there = path ? size_of(*path) : 0;
    if (!path)
      found.push_back(what + " is not there");
    else if (there == 0 || (size != 0 && there != size))
      found.push_back(fmt::format("{} has {} bytes{}", what, there,
                                  size == 0 ? "" : fmt::format(" instead of {}", size)));
  };
  for (std::size_t at = 0; at < image.manifest.chunks.size(); ++at)
    if (const chunk::Chunk& chunk = image.manifest.chunks[at]; !chunk.is_zero)
      look(fmt::format("the file of chunk {}", at), chunk.file, chunk.file_size);
  look("the manifest's public copy", image.digest, to_json(image.manifest).size());
  look("the kernel that boots it", boot.kernel, boot.kernel_size);
  look("the RAM disk that writes it", boot.ram_disk, boot.ram_disk_size);
  return found;
}

std::vector<LostManifest> lost_manifests(const Store& store) {
  std::vector<LostManifest> lost;
  const std::string manifests = store.directory() + "/manifests";
  if (!os::is_directory(manifests)) return lost;
  for (const std::string& name : os::entries(manifests)) {
    const std::string folder = manifests + "/" + name;
    if (!os::is_directory(folder)) continue;
    for (const std::string& entry : os::entries(folder)) {
      const std::string version = entry.substr(0, entry.rfind('.'));
      const bool is_of_manifest = entry == version + ".sig" || entry == version + ".boot";
      const bool is_known =
          !lost.empty() && lost.back().name == name && lost.back().version == version;
      if (is_of_manifest && !is_known && !os::exists(folder + "/" + version + ".json"))
        lost.push_back({name, version});
    }
  }
  return lost;
}

std::string LostManifest::hint() const {
  return fmt::format(
      "restore manifests/{}/{}.json from a backup; if the image is to go, remove its .sig and "
      ".boot too",
      name, version);
}

Garbage collect_garbage(const Store& store) {
  const os::Descriptor lock = store.lock(Sharing::alone, patience);
  if (!lock.is_open())
    throw Error(Kind::refused, "an image is being made in '" + store.directory() + "'")
        .set_hint("what it has kept so far is in no manifest yet: wait for its end");
  const Named named = named_by_manifests(store);
  Garbage garbage;
  sweep(store.directory() + "/chunks", named.chunks, garbage);
  sweep(store.directory() + "/files", named.files, garbage);
  sweep(store.directory() + "/packages", named.packages, garbage);
  // Nobody builds: what lies there was left by a killed one. A mirror's lists come again.
  for (const std::string& folder : {store.work_directory(), store.directory() + "/apt"})
    os::remove_tree(folder);
  return garbage;
}

}  // namespace provisioner::image

// Images on the controller's disk.

#include "provisioner/machine/image/image_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr std::size_t secret_bytes = 64, public_bytes = 32;  // the second are the end of the first
constexpr std::size_t largest_file = std::size_t{1} << 30;

std::string path_by_digest(const std::string& directory, const char* kind,
                           const std::string& digest) {
  if (!crypto::is_sha256(digest)) throw Error(Kind::bug, "'" + digest + "' is no digest");
  return directory + "/" + kind + "/" + digest.substr(0, 2) + "/" + digest;
}

// A file whose name is its digest is written once, and once more where it was damaged.
void keep(const std::string& path, std::string_view bytes) {
  const auto known = os::read_regular_file(path, largest_file);
  if (known && known->bytes == bytes) return;
  os::make_directories(os::parent_of(path));
  os::write_file(path, bytes);
}

constexpr const char* restore =
    "restore it from a backup; without it, images must be built anew, in another directory";

constexpr const char* restore_boot =
    "restore it from a backup, or build or import the image anew under another version";

std::string directory_of(const std::string& given) {
  return given.empty() ? standard_store_directory() : given;
}

std::string key_path(const std::string& directory) { return directory + "/keys/signing"; }

bool has_manifests(const std::string& directory) {
  const std::string manifests = directory + "/manifests";
  return os::is_directory(manifests) && !os::entries(manifests).empty();
}

// Another key would make all images there are into ones that nobody has signed.
void require_no_manifests(const std::string& directory) {
  if (has_manifests(directory))
    throw Error(Kind::failed,
                "'" + key_path(directory) + "' is gone, with which the images there were signed")
        .set_hint(restore);
}

// Whoever comes second takes the first one's key.
void make_key(const std::string& directory) {
  if (os::is_file(key_path(directory))) return;
  require_no_manifests(directory);
  os::make_directories(directory + "/keys", 0700);
  const os::Descriptor lock(
      ::open((directory + "/keys").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (::flock(lock.number(), LOCK_EX) != 0)
    throw Error(Kind::failed, "cannot lock '" + directory + "/keys'");
  if (os::is_file(key_path(directory))) return;
  require_no_manifests(directory);
  os::write_file(key_path(directory), crypto::SigningKey::make().secret_key.reveal(), 0600);
}

crypto::SigningKey signing_key(const std::string& directory) {
  const std::string path = key_path(directory);
  const os::RegularFile file = os::require_regular_file(path);
  const base::Secret secret(file.bytes);
  if ((file.mode & (S_IRWXG | S_IRWXO)) != 0)
    throw Error(Kind::refused, "the signing key '" + path + "' can be read by others")
        .set_hint("make it yours alone: chmod 600 " + base::shell_quote(path));
  if (secret.reveal().size() != secret_bytes)
    throw Error(Kind::failed, "'" + path + "' is no signing key").set_hint(restore);
  return {std::string(secret.reveal().substr(secret_bytes - public_bytes)), secret};
}

std::string signature_text(std::string_view signature, std::string_view public_key) {
  const Value said(
      Dict{{"key", key_id(public_key)}, {"signature", base::base64_encode(signature)}});
  return write_json(said, {.compact = true}) + "\n";
}

// The signature, where it is one by this key over these bytes.
std::string checked_signature(const std::string& path, const std::string& manifest,
                              const std::string& public_key) {
  const Value read = value::read_json(os::require_regular_file(path).bytes, path);
  const std::string signature = base::base64_decode(text_or(read, "signature", ""));
  if (crypto::is_signed(manifest, signature, public_key)) return signature;
  Error error(Kind::failed, "'" + path + "' is not the signature of its manifest by key '" +
                                key_id(public_key) + "'");
  if (const std::string id = text_or(read, "key", ""); id != key_id(public_key))
    error.set_hint("it was made with key '" + id + "': restore keys/signing from a backup");
  throw error;
}

// It has no signature: what publish() has not written so is none of ours. Sizes came later.
BootFiles read_boot(const Value& read, const std::string& path) {
  const auto size = [&](const char* key) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer_or(read, key, 0)));
  };
  for (const char* key : {"kernel", "ram_disk", "made"})
    if (const Value* found = read.find(key); found == nullptr || !found->is_string())
      throw Error(Kind::failed, "'" + path + "' does not say what '" + key + "' is")
          .set_hint(restore_boot);
  BootFiles boot{text_or(read, "kernel", ""), text_or(read, "ram_disk", ""), size("kernel_size"),
                 size("ram_disk_size")};
  for (const std::string& digest : {boot.kernel, boot.ram_disk})
    if (!digest.empty() && !crypto::is_sha256(digest))
      throw Error(Kind::failed, "'" + path + "' holds what is no digest").set_hint(restore_boot);
  return boot;
}

// Only what was imported, and has no list of packages, is written from another one's RAM disk.
void require_boot(const BootFiles& boot, const chunk::Manifest& manifest, const std::string& path) {
  const bool is_imported = manifest.packages.empty();
  if (boot.kernel.empty() == boot.ram_disk.empty() && (is_imported || !boot.kernel.empty())) return;
  throw Error(Kind::failed, "'" + path + "' names no " +
                                (boot.kernel.empty() ? "kernel" : "RAM disk") +
                                ", which its image must have")
      .set_hint(restore_boot);
}

std::int64_t size_of_public(const Store& store, const std::string& digest) {
  const auto path = store.public_file(digest);
  std::error_code code;
  const std::uintmax_t size = path ? std::filesystem::file_size(*path, code) : 0;
  return code ? 0 : static_cast<std::int64_t>(size);
}

// "20261128.1": the day, and the first number that no version of the image has.
std::string next_version(const Store& store, const std::string& name, std::int64_t seconds) {
  const std::chrono::system_clock::time_point time{std::chrono::seconds(seconds)};
  const std::string day = base::replace_all(os::utc_day(time), "-", "") + ".";
  const std::vector<std::string> known = store.versions(name);
  int number = 1;
  while (std::ranges::find(known, day + std::to_string(number)) != known.end()) ++number;
  return day + std::to_string(number);
}

// Who publishes a version looks first whether it is there. Lasts as long as what is returned.
os::Descriptor hold_manifests(const std::string& directory) {
  os::make_directories(directory);
  os::Descriptor held(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (::flock(held.number(), LOCK_EX) != 0)
    throw Error(Kind::failed, "cannot lock '" + directory + "'");
  return held;
}

Value read_boot_text(const std::string& path) {
  return value::read_json(os::require_regular_file(path).bytes, path);
}

}  // namespace

std::string standard_store_directory() { return os::join_path(os::state_directory(), "images"); }

std::string key_id(std::string_view public_key) { return crypto::sha256(public_key).substr(0, 16); }

void require_names(const std::string& name, const std::string& version) {
  const auto require = [](const char* what, const std::string& text) {
    if (!chunk::is_name(text))
      throw Error(Kind::usage, std::string(what) + " cannot be called '" + text + "'")
          .set_hint("at most 100 letters, digits and - . _ + ~, the first of them no - or .");
  };
  require("an image", name);
  if (!version.empty()) require("a version", version);
}

Store Store::open(const std::string& given) {
  const std::string directory = directory_of(given);
  if (!is_there(directory))
    throw Error(Kind::usage, "there are no images in '" + directory + "'")
        .set_hint("is that the directory? images come there by: provisioner image build debian-12" +
                  (given.empty() ? "" : " --images " + given));
  if (!os::is_file(key_path(directory))) require_no_manifests(directory);
  return Store(directory, signing_key(directory));
}

Store Store::make(const std::string& given) {
  const std::string directory = directory_of(given);
  os::make_directories(directory);
  make_key(directory);
  return Store(directory, signing_key(directory));
}

bool Store::is_there(const std::string& given) {
  const std::string directory = directory_of(given);
  return os::is_file(key_path(directory)) || has_manifests(directory);
}

os::Descriptor Store::lock(Sharing sharing, std::chrono::milliseconds patience) const {
  const std::string path = directory_ + "/lock";
  os::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.is_open())
    throw Error(Kind::failed,
                "cannot open '" + path + "': " + std::generic_category().message(errno));
  return os::lock_within(file, sharing, patience) ? std::move(file) : os::Descriptor();
}

chunk::Chunk Store::keep_chunk(std::uint64_t offset, std::string_view raw) const {
  chunk::Chunk chunk{.offset = offset, .length = raw.size(), .raw = {}, .file = {}};
  chunk.is_zero = chunk::is_zero(raw);
  if (chunk.is_zero) return chunk;
  const std::string file = chunk::pack(raw);
  chunk.raw = crypto::sha256(raw);
  chunk.file = crypto::sha256(file);
  chunk.file_size = file.size();
  keep(chunk_path(chunk.file), file);
  return chunk;
}

std::string Store::keep_file(std::string_view bytes) const {
  const std::string digest = crypto::sha256(bytes);
  keep(file_path(digest), bytes);
  return digest;
}

std::string Store::keep_package(const std::string& path) const {
  const std::string digest = crypto::file_digest("sha256", path);
  keep(package_path(digest), os::require_file(path, largest_file));
  return digest;
}

std::string Store::chunk_path(const std::string& digest) const {
  return path_by_digest(directory_, "chunks", digest);
}
std::string Store::file_path(const std::string& digest) const {
  return path_by_digest(directory_, "files", digest);
}
std::string Store::package_path(const std::string& digest) const {
  return path_by_digest(directory_, "packages", digest);
}
std::string Store::lock_path(const std::string& name) const {
  return directory_ + "/locks/" + name;
}
std::string Store::manifest_path(const std::string& name, const std::string& version) const {
  return directory_ + "/manifests/" + name + "/" + version;
}

void Store::publish(const chunk::Manifest& manifest, const BootFiles& boot) const {
  const os::Descriptor held = hold_manifests(directory_ + "/manifests");
  write_manifest(manifest, boot);
}

std::string Store::publish_next(chunk::Manifest manifest, const BootFiles& boot,
                                std::int64_t seconds) const {
  const os::Descriptor held = hold_manifests(directory_ + "/manifests");
  manifest.version = next_version(*this, manifest.name, seconds);
  write_manifest(manifest, boot);
  return manifest.version;
}

void Store::write_manifest(const chunk::Manifest& manifest, const BootFiles& boot) const {
  const std::string text = to_json(manifest);
  chunk::read_manifest(text);  // what no node would take is not signed
  const std::string path = manifest_path(manifest.name, manifest.version);
  const auto known = os::read_regular_file(path + ".json", largest_file);
  if (known && known->bytes != text)
    throw Error(Kind::refused, "image '" + manifest.name + "' has a version '" + manifest.version +
                                   "', and it is another one")
        .set_hint("give it another version: --version VERSION");
  keep_file(text);
  os::make_directories(os::parent_of(path));
  const Value said(Dict{{"kernel", boot.kernel},
                        {"kernel_size", size_of_public(*this, boot.kernel)},
                        {"ram_disk", boot.ram_disk},
                        {"ram_disk_size", size_of_public(*this, boot.ram_disk)},
                        {"made", os::utc_text(os::system_clock().wall())}});
  os::write_file(path + ".boot", write_json(said) + "\n");
  os::write_file(path + ".sig", signature_text(crypto::sign(text, key_), key_.public_key));
  os::write_file(path + ".json", text);  // last: what has a manifest is whole
}

std::vector<std::string> Store::names() const {
  const std::string directory = directory_ + "/manifests";
  std::vector<std::string> names;
  if (!os::is_directory(directory)) return names;
  for (const std::string& name : os::entries(directory))
    if (!versions(name).empty()) names.push_back(name);
  return names;
}

std::vector<std::string> Store::versions(const std::string& name) const {
  const std::string directory = directory_ + "/manifests/" + name;
  std::vector<std::string> versions;
  if (name.find('/') != std::string::npos || !os::is_directory(directory)) return versions;
  for (const std::string& entry : os::entries(directory))
    if (entry.ends_with(".json")) versions.push_back(entry.substr(0, entry.size() - 5));
  return versions;
}

std::string Store::newest_version(const std::string& name) const {
  std::string newest, made;
  for (const std::string& version : versions(name))
    if (const std::string time =
            text_or(read_boot_text(manifest_path(name, version) + ".boot"), "made", "");
        newest.empty() || time >= made) {
      newest = version;
      made = time;
    }
  return newest;
}

StoredImage Store::image(const std::string& name, const std::string& version) const {
  const std::vector<std::string> known = versions(name);
  if (known.empty())
    throw Error(Kind::usage, "there is no image '" + name + "' in '" + directory_ + "'")
        .set_hint(base::suggestion(name, names()));
  const std::string chosen = version.empty() ? newest_version(name) : version;
  if (std::ranges::find(known, chosen) == known.end())
    throw Error(Kind::usage, "image '" + name + "' has no version '" + chosen + "'")
        .set_hint("there are: " + base::join(known, ", "));
  const std::string path = manifest_path(name, chosen);
  const std::string text = os::require_regular_file(path + ".json", largest_file).bytes;
  StoredImage image;
  image.signature = checked_signature(path + ".sig", text, key_.public_key);
  image.manifest = chunk::read_manifest(text);
  if (image.manifest.name != name || image.manifest.version != chosen)
    throw Error(Kind::failed, "'" + path + ".json' is the manifest of image '" +
                                  image.manifest.name + "' " + image.manifest.version);
  image.digest = crypto::sha256(text);
  const Value boot = read_boot_text(path + ".boot");
  image.boot = read_boot(boot, path + ".boot");
  require_boot(image.boot, image.manifest, path + ".boot");
  image.made = text_or(boot, "made", "");
  return image;
}

std::optional<BootFiles> Store::newest_boot_files() const {
  std::optional<BootFiles> newest;
  std::string made;
  for (const std::string& name : names())
    for (const std::string& version : versions(name)) {
      const std::string path = manifest_path(name, version) + ".boot";
      const Value read = read_boot_text(path);
      const std::string time = text_or(read, "made", "");
      if (text_or(read, "ram_disk", "").empty() || (newest && time < made)) continue;
      newest = read_boot(read, path);
      made = time;
    }
  return newest;
}

BootFiles Store::require_boot_files() const {
  if (auto newest = newest_boot_files()) return std::move(*newest);
  throw Error(Kind::failed, "there is no RAM disk to boot nodes with")
      .set_hint("provisioner image build debian-12");
}

std::optional<std::string> Store::public_file(const std::string& digest) const {
  if (!crypto::is_sha256(digest)) return std::nullopt;
  for (std::string path : {chunk_path(digest), file_path(digest)})
    if (os::is_file(path)) return path;
  return std::nullopt;
}

}  // namespace provisioner::image

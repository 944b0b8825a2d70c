// Is all there that the locks name, and what is there that they do not?

#include "provisioner/cluster/artifacts/lock_check.h"

#include <algorithm>
#include <map>
#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/cluster/artifacts/artifact_list.h"
#include "provisioner/cluster/artifacts/image_blobs.h"
#include "provisioner/cluster/artifacts/recipe.h"

namespace provisioner::artifacts {
namespace {

using base::Error;
using Problem = base::Kind;

constexpr std::chrono::seconds patience{5};

// A copy of each lock that was seen, and beside it a file that says where.
std::string memory_directory(const Store& store) { return store.directory() + "/locks"; }
std::string memory_path(const Store& store, const std::string& lock) {
  return memory_directory(store) + "/" + crypto::sha256(lock);
}
constexpr std::string_view path_suffix = ".path";

// Paths of the locks that are remembered.
std::vector<std::string> remembered(const Store& store) {
  std::vector<std::string> paths;
  if (!os::is_directory(memory_directory(store))) return paths;
  for (const std::string& name : os::entries(memory_directory(store)))
    if (name.ends_with(path_suffix))
      paths.emplace_back(
          base::trim(os::require_file(os::join_path(memory_directory(store), name))));
  return paths;
}

// As it is now, or as it was seen last.
std::vector<Locked> lock_at(const Store& store, const std::string& path) {
  return read_lock(os::is_file(path) ? path : memory_path(store, path));
}

void forget(const Store& store, const std::string& lock) {
  const std::string path = os::absolute(lock);
  if (!os::is_file(memory_path(store, path)))
    throw Error(Problem::usage, "no lock '" + path + "' was ever seen here");
  os::remove_file(memory_path(store, path) + std::string(path_suffix));
  os::remove_file(memory_path(store, path));
}

// A build lives while something that it made is named, and with it what it needed.
void add_builds(const Store& store, std::set<std::string>& named) {
  const std::map<std::string, Built> builds = builds_in(store);
  std::set<std::string> living;
  const auto revive = [&](const std::string& key, const auto& self) -> void {
    const auto found = builds.find(key);
    if (found == builds.end() || !living.insert(key).second) return;
    for (const std::string& need : found->second.needs) self(need, self);
  };
  for (const auto& [key, built] : builds)
    if (std::ranges::any_of(built.outputs,
                            [&](const std::string& digest) { return named.contains(digest); }))
      revive(key, revive);
  for (const auto& [key, built] : builds) {
    if (living.contains(key))
      named.insert(built.outputs.begin(), built.outputs.end());
    else
      forget_build(store, key);
  }
}

}  // namespace

std::vector<std::string> files_of(const Store& store, const Locked& entry) {
  std::vector<std::string> files;
  if (!store.size_of(entry.sha256)) return files;
  files.push_back(entry.sha256);
  if (entry.kind != Kind::image) return files;
  const Manifest manifest = manifest_in(store, entry.sha256);
  if (store.size_of(manifest.config.sha256)) files.push_back(manifest.config.sha256);
  for (const Blob& layer : manifest.layers)
    if (store.size_of(layer.sha256)) files.push_back(layer.sha256);
  return files;
}

std::vector<Lack> lacking(const Store& store, const std::vector<Locked>& entries) {
  std::vector<Lack> lacks;
  for (const Locked& entry : entries) {
    std::vector<std::string> missing;
    if (entry.kind == Kind::image)
      missing = missing_blobs(store, entry.sha256);
    else if (store.size_of(entry.sha256) != entry.size)
      missing = {entry.sha256};
    if (!missing.empty()) lacks.push_back({entry, std::move(missing)});
  }
  return lacks;
}

std::vector<Damage> damages(const Store& store, const std::vector<Locked>& entries) {
  std::vector<Damage> found;
  std::map<std::string, std::string> seen;  // images share layers: each file is read once
  const auto damage = [&](const std::string& digest) {
    const auto known = seen.find(digest);
    return known != seen.end() ? known->second
                               : seen.emplace(digest, store.damage_of(digest)).first->second;
  };
  for (const Locked& entry : entries) {
    std::vector<std::string> files = {entry.sha256};
    if (entry.kind == Kind::image && damage(entry.sha256).empty()) {
      const Manifest manifest = manifest_in(store, entry.sha256);
      files.push_back(manifest.config.sha256);
      for (const Blob& layer : manifest.layers) files.push_back(layer.sha256);
    }
    for (const std::string& digest : files)
      if (const std::string what = damage(digest); !what.empty())
        found.push_back({called(entry) + ": '" + digest + "' " + what, digest});
  }
  return found;
}

void remember_lock(const Store& store, const std::string& lock,
                   const std::vector<Locked>& entries) {
  const std::string path = os::absolute(lock);
  write_lock(memory_path(store, path), entries);
  os::write_file(memory_path(store, path) + std::string(path_suffix), path + "\n");
}

bool may_remember(const Store& store) {
  const std::string memory = memory_directory(store);
  return os::is_writable(os::is_directory(memory) ? memory : store.directory());
}

std::vector<RememberedLock> remembered_locks(const Store& store) {
  std::vector<RememberedLock> locks;
  for (const std::string& path : remembered(store)) locks.push_back({path, lock_at(store, path)});
  return locks;
}

Garbage collect_garbage(const Store& store, const std::vector<std::string>& forgotten) {
  if (!store.is_there() && forgotten.empty()) return {};
  const os::Descriptor held = store.hold(Store::Sharing::alone, patience);
  if (!held.is_open())
    throw Error(Problem::refused,
                "artefacts are just being fetched into '" + store.directory() + "'")
        .set_hint("what came so far is in no lock yet: wait for its end");
  for (const std::string& lock : forgotten) forget(store, lock);
  Garbage garbage;
  std::set<std::string> named;
  for (const std::string& path : remembered(store)) {
    if (!os::is_file(path)) garbage.gone.push_back(path);
    for (const Locked& entry : lock_at(store, path))
      for (const std::string& digest : files_of(store, entry)) named.insert(digest);
  }
  add_builds(store, named);
  for (const std::string& digest : store.digests()) {
    if (named.contains(digest)) continue;
    garbage.bytes += store.size_of(digest).value_or(0);
    ++garbage.files;
    store.remove(digest);
  }
  store.clear_work();
  return garbage;
}

}  // namespace provisioner::artifacts

#pragma once

#include <string>
#include <vector>

#include "provisioner/cluster/artifacts/artifact_store.h"

namespace provisioner::artifacts {

// An entry that the store has not, or not all of.
struct Lack {
  Locked entry;
  std::vector<std::string> digests;  // of the files that are missing
};

// Looks at names and sizes alone. Throws Error(input) for a manifest that is none.
std::vector<Lack> lacking(const Store& store, const std::vector<Locked>& entries);

struct Damage {
  std::string text;    // "kubelet v1.34.4: '...' is damaged"
  std::string sha256;  // of the file
};

// Reads every byte: what is not there or not what its name says.
std::vector<Damage> damages(const Store& store, const std::vector<Locked>& entries);

// All files of an entry that are there: of an image its manifest and its blobs.
std::vector<std::string> files_of(const Store& store, const Locked& entry);

// Notes that a lock names these, so that `collect_garbage` keeps them though the lock may be gone.
void remember_lock(const Store& store, const std::string& path, const std::vector<Locked>& entries);
bool may_remember(const Store& store);  // it is there, and we may write in it
// A lock that is remembered, as it is now or was seen last.
struct RememberedLock {
  std::string path;  // absolute
  std::vector<Locked> entries;
};
std::vector<RememberedLock> remembered_locks(const Store& store);

struct Garbage {
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> gone;  // locks that are remembered and not there any more
};

// Removes what no remembered lock names, nor a recipe that made such a thing. A lock that is in
// `forgotten` counts no more. Throws Error(refused) where something is just being fetched,
// Error(usage) for a lock that nobody remembers.
Garbage collect_garbage(const Store& store, const std::vector<std::string>& forgotten);

}  // namespace provisioner::artifacts

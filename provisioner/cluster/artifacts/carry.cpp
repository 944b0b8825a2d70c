// Artefacts that somebody has carried here.

#include "provisioner/cluster/artifacts/carry.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/entries_below.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/artifacts/image_blobs.h"

namespace provisioner::artifacts {
namespace {

using base::Error;
using value::Value;
using Problem = base::Kind;

// Of an archive of one OCI image; nullopt for anything else. Archives name their files in two ways,
// and tar fails for the one that is not there.
std::optional<std::string> manifest_of_archive(const std::string& path) {
  const os::CommandResult index = os::run(
      {.argv = {"tar", "--extract", "--to-stdout", "--file", path, "index.json", "./index.json"},
       .is_stoppable = true});
  if (index.out.empty()) return std::nullopt;
  const Value read = value::read_json(index.out, path);
  const Value* manifests = read.find("manifests");
  if (manifests == nullptr || !manifests->is_list() || manifests->list().size() != 1)
    return std::nullopt;
  return crypto::digest_in(text_or(manifests->list().front(), "digest", ""));
}

}  // namespace

std::vector<std::string> files_below(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (os::is_file(path)) {
      files.push_back(os::absolute(path));
    } else if (os::is_directory(path)) {
      for (const os::EntryBelow& entry : os::entries_below(os::absolute(path)))
        if (entry.is_file || (entry.is_link && os::is_file(entry.path)))
          files.push_back(entry.path);
    } else {
      throw Error(Problem::usage, "there is neither a file nor a folder '" + path + "'");
    }
  }
  return files;
}

std::optional<std::string> import_file(const Store& store, const std::string& path,
                                       const std::set<std::string>& wanted) {
  if (const std::string digest = crypto::file_digest("sha256", path); wanted.contains(digest))
    return store.keep(path, digest).sha256;
  if (path.find(".tar") == std::string::npos) return std::nullopt;
  const auto manifest = manifest_of_archive(path);
  if (!manifest || !wanted.contains(*manifest)) return std::nullopt;
  return keep_archive(store, path, *manifest).sha256;
}

}  // namespace provisioner::artifacts

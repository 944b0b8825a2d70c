// Whether a tree is the one that was signed.

#include <algorithm>
#include <optional>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/value/json.h"
#include "provisioner/platform/handoff/bundle.h"

namespace provisioner::handoff {
namespace {

using base::Error;
using value::Value;

constexpr std::size_t digest_size = 64, gap = 2;

// By path; nullopt for what is no such list.
std::optional<std::map<std::string, std::string>> read_checksums(const std::string& text) {
  std::map<std::string, std::string> digests;
  for (const std::string_view line : base::lines_of(text)) {
    if (line.size() <= digest_size + gap || line.substr(digest_size, gap) != "  " ||
        !crypto::is_sha256(line.substr(0, digest_size)))
      return std::nullopt;
    digests[std::string(line.substr(digest_size + gap))] = std::string(line.substr(0, digest_size));
  }
  return digests;
}

bool is_apart(const std::string& path) { return path == checksums_file || path == signature_file; }

bool is_signed(const std::string& checksums, const std::string& signature, const std::string& key) {
  try {
    const std::string bytes = base::base64_decode(base::trim(signature));
    return crypto::is_ecdsa_signed(checksums, bytes, key);
  } catch (const Error& error) {
    // A signature that is no base64 is a wrong one; a key that is none is the caller's.
    crypto::is_ecdsa_signed(checksums, "", key);
    return false;
  }
}

// What handoff.json says belongs to the bundle, against what the list of checksums has.
void look_at_summary(const Files& tree, const std::map<std::string, std::string>& digests,
                     std::vector<std::string>& faults) {
  const auto found = tree.find(summary_file);
  if (found == tree.end()) return;  // told of already
  Value said;
  try {
    said = value::read_json(found->second, summary_file);
  } catch (const Error&) {
    faults.emplace_back("'handoff.json' is no JSON");
    return;
  }
  const Value* files = said.find("files");
  if (files == nullptr || !files->is_list() || files->list().empty()) {
    faults.emplace_back("'handoff.json' names no files");
    return;
  }
  for (const Value& one : files->list())
    if (const std::string path = value::text_or(one, "path", ""); !digests.contains(path))
      faults.push_back("'" + path + "' belongs to the bundle, and 'checksums' does not name it");
}

}  // namespace

std::string checksums_of(const Files& files) {
  std::string text;
  for (const auto& [path, bytes] : files)
    if (!is_apart(path)) text += crypto::sha256(bytes) + "  " + path + "\n";
  return text;
}

std::vector<std::string> changes_in(const Files& tree) {
  const auto list = tree.find(checksums_file);
  const auto digests = list == tree.end() ? std::nullopt : read_checksums(list->second);
  if (!digests) return {"'checksums' is no list of digests"};
  std::vector<std::string> changes;
  for (const auto& [path, bytes] : tree) {
    if (is_apart(path)) continue;
    const auto digest = digests->find(path);
    if (digest == digests->end())
      changes.push_back("'" + path + "' was added");
    else if (crypto::sha256(bytes) != digest->second)
      changes.push_back("'" + path + "' was changed");
  }
  return changes;
}

std::vector<std::string> faults_of(const Files& tree, const std::string& public_key) {
  std::vector<std::string> faults;
  for (const char* name : {checksums_file, signature_file, summary_file})
    if (!tree.contains(name)) faults.push_back("'" + std::string(name) + "' is missing");
  if (!tree.contains(checksums_file)) return faults;
  const std::string& checksums = tree.at(checksums_file);
  if (tree.contains(signature_file) && !is_signed(checksums, tree.at(signature_file), public_key))
    faults.emplace_back("'checksums' was not signed by this key, or was changed since");
  const auto digests = read_checksums(checksums);
  if (!digests) {
    faults.emplace_back("'checksums' is no list of digests");
    return faults;
  }
  for (const auto& [path, digest] : *digests) {
    const auto found = tree.find(path);
    if (found == tree.end()) {
      if (path != summary_file) faults.push_back("'" + path + "' is missing");
    } else if (crypto::sha256(found->second) != digest) {
      faults.push_back("'" + path + "' was changed");
    }
  }
  for (const auto& [path, bytes] : tree)
    if (!is_apart(path) && !digests->contains(path)) faults.push_back("'" + path + "' was added");
  look_at_summary(tree, *digests, faults);
  return faults;
}

}  // namespace provisioner::handoff

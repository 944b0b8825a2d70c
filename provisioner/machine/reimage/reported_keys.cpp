// Host keys of a node's new system.

#include "provisioner/machine/reimage/reported_keys.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/engine/transport/host_key_policy.h"

namespace provisioner::reimage {
namespace {

using base::Error;
using base::Kind;

constexpr std::size_t most_keys = 8;

// "ssh-ed25519 AAAA... root@n01"; the key's wire form begins with its algorithm (RFC 4253, 6.6).
store::HostKey key_of(const std::string& node, const std::string& line) {
  const std::vector<std::string> words = base::split(std::string(base::trim(line)), ' ');
  if (words.size() < 2 || words[0].size() > 64)
    throw Error(Kind::input, "a reported host key is no line of a public key file");
  store::HostKey key;
  key.node = node;
  key.algorithm = words[0];
  key.blob = base::base64_decode(words[1]);
  if (key.blob.size() < 4 + key.algorithm.size() ||
      key.blob.substr(4, key.algorithm.size()) != key.algorithm)
    throw Error(Kind::input, "a reported host key is not of the kind that it says");
  key.fingerprint = transport::key_fingerprint(key.blob);
  key.state = store::KeyState::expected;
  key.changed_by = "boot service";
  key.note = "made on the node when its image was written";
  return key;
}

}  // namespace

std::vector<store::HostKey> reported_keys(const std::string& node, const value::Value& report) {
  const value::Value* lines = report.find("host_keys");
  if (lines == nullptr || !lines->is_list() || lines->list().empty() ||
      lines->list().size() > most_keys)
    throw Error(Kind::input, "the report has no host keys");
  std::vector<store::HostKey> keys;
  for (const value::Value& line : lines->list()) {
    if (!line.is_string()) throw Error(Kind::input, "a reported host key is no text");
    keys.push_back(key_of(node, line.text()));
  }
  return keys;
}

void pin_reported(store::HostKeyStore& keys, const std::vector<store::HostKey>& reported) {
  for (store::HostKey former : keys.keys_of(reported.front().node)) {
    const bool is_kept = std::ranges::any_of(
        reported, [&](const store::HostKey& one) { return one.blob == former.blob; });
    if (is_kept || !is_good(former.state)) continue;
    former.state = store::KeyState::retired;
    former.changed_by = "boot service";
    former.changed_at.clear();
    keys.put(former);
  }
  for (const store::HostKey& key : reported) keys.put(key);
}

}  // namespace provisioner::reimage

// Who a server is, and whether that may be believed.

#include "provisioner/engine/transport/host_key_policy.h"

#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/engine/transport/known_hosts.h"

namespace provisioner::transport {
namespace {

const std::vector<KnownHost>& known_hosts_of(const std::string& path) {
  static std::map<std::string, std::vector<KnownHost>> files;  // under the policy's mutex
  const auto found = files.find(path);
  return found != files.end() ? found->second
                              : files.emplace(path, read_known_hosts(path)).first->second;
}

std::string with_port(const std::string& name, int port) {
  return port == 22 ? name : "[" + name + "]:" + std::to_string(port);
}

// "ecdsa-sha2-nistp256" -> ECDSA, as ssh names kinds of keys to people.
std::string kind_of(const std::string& algorithm) {
  if (algorithm.starts_with("ssh-ed25519")) return "ED25519";
  if (algorithm.starts_with("ecdsa")) return "ECDSA";
  if (algorithm.find("rsa") != std::string::npos) return "RSA";
  return algorithm;
}

std::string where_to(const ShownKey& shown) {
  return shown.address + (shown.port == 22 ? "" : " port " + std::to_string(shown.port));
}

}  // namespace

std::string key_fingerprint(std::string_view blob) {
  std::string text = base::base64_encode(base::unhex(crypto::sha256(blob)));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

HostKeyPolicy::HostKeyPolicy(store::HostKeyStore& store) : store_(store), keys_(store.all()) {}

std::vector<HostKeyPolicy::Held> HostKeyPolicy::held(const ShownKey& shown,
                                                     const HostKeyRules& rules) {
  std::vector<Held> all;
  for (const store::HostKey& key : keys_)
    if (key.node == shown.node)
      all.push_back(
          {key.state, key.algorithm, key.blob, "by " + key.changed_by + " on " + key.changed_at});
  std::vector<std::string> names = {
      with_port(rules.alias.empty() ? shown.address : rules.alias, shown.port)};
  if (rules.alias.empty() && shown.node != shown.address)
    names.push_back(with_port(shown.node, shown.port));
  for (const std::string& path : rules.known_hosts_files)
    for (const KnownHost& line : known_hosts_of(path)) {
      if (line.mark == KnownHost::Mark::authority) continue;
      bool is_ours = false;
      for (const std::string& name : names) is_ours = is_ours || is_about(line, name);
      const auto state = line.mark == KnownHost::Mark::revoked ? store::KeyState::revoked
                                                               : store::KeyState::pinned;
      if (is_ours) all.push_back({state, line.algorithm, line.blob, "in " + line.where});
    }
  return all;
}

std::vector<std::string> HostKeyPolicy::algorithms(const ShownKey& node,
                                                   const HostKeyRules& rules) {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> algorithms;
  for (const Held& key : held(node, rules))
    if (key.state == store::KeyState::pinned || key.state == store::KeyState::expected)
      algorithms.push_back(key.algorithm);
  return algorithms;
}

void HostKeyPolicy::check(const ShownKey& shown, const HostKeyRules& rules) {
  const std::lock_guard guard(mutex_);
  const std::vector<Held> keys = held(shown, rules);
  const std::string kind = kind_of(shown.algorithm);
  const std::string print = key_fingerprint(shown.blob);
  const Held* trusted = nullptr;
  for (const Held& key : keys) {
    const bool is_same = key.blob == shown.blob;
    if (is_same && (key.state == store::KeyState::revoked || key.state == store::KeyState::retired))
      throw base::Error(base::Kind::unreachable,
                        shown.node + ": the " + kind + " key " + print + " that " +
                            where_to(shown) + " shows was " +
                            (key.state == store::KeyState::revoked ? "revoked" : "retired") + " " +
                            key.where)
          .set_hint(
              "find out which machine answers there: an old disk, a clone, or somebody in between");
    const bool is_good =
        key.state == store::KeyState::pinned || key.state == store::KeyState::expected;
    if (is_same && is_good) return;
    if (is_good && (trusted == nullptr || key.algorithm == shown.algorithm)) trusted = &key;
  }
  if (rules.check == HostKeyCheck::off) return;
  if (trusted != nullptr)
    throw base::Error(base::Kind::unreachable,
                      shown.node + ": the host key has changed: " + where_to(shown) + " shows " +
                          kind + " " + print + ", but " + kind_of(trusted->algorithm) + " " +
                          key_fingerprint(trusted->blob) + " is known (" + trusted->where + ")")
        .set_hint(
            "if the node was re-installed, compare the new fingerprint on its console, then: "
            "provisioner "
            "hostkeys accept " +
            shown.node + " --fingerprint " + print);
  if (rules.check == HostKeyCheck::strict)
    throw base::Error(base::Kind::unreachable,
                      shown.node + ": the host key is not known: " + where_to(shown) + " shows " +
                          kind + " " + print + ", no key is known for this node")
        .set_hint(
            "compare the fingerprint on the node's console, then: provisioner hostkeys accept " +
            shown.node + " --fingerprint " + print);
  store::HostKey key{shown.node,
                     shown.algorithm,
                     shown.blob,
                     print,
                     store::KeyState::pinned,
                     {},
                     {},
                     "first contact, StrictHostKeyChecking=accept-new"};
  store_.put(key);
  keys_.push_back(key);
}

}  // namespace provisioner::transport

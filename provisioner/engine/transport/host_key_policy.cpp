// Who a server is, and whether that may be believed.

#include "provisioner/engine/transport/host_key_policy.h"

#include <algorithm>
#include <map>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
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

// The names a node goes by in known_hosts, as ssh looks them up: an alias has no port.
std::vector<std::string> names_of(const ShownKey& shown, const HostKeyRules& rules) {
  if (!rules.alias.empty()) return {rules.alias};
  std::vector<std::string> names = {with_port(shown.address, shown.port)};
  if (shown.node != shown.address) names.push_back(with_port(shown.node, shown.port));
  return names;
}

bool is_about_any(const KnownHost& line, const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& name) { return is_about(line, name); });
}

std::vector<const KnownHost*> lines_about(const ShownKey& shown, const HostKeyRules& rules) {
  const std::vector<std::string> names = names_of(shown, rules);
  std::vector<const KnownHost*> lines;
  for (const std::string& path : rules.known_hosts_files)
    for (const KnownHost& line : known_hosts_of(path)) {
      // A name without its port counts where its key is the shown one: another port of the address
      // may be another machine.
      const bool is_without_port = line.blob == shown.blob && shown.port != 22 &&
                                   rules.alias.empty() && is_about(line, shown.address);
      if (is_without_port || is_about_any(line, names)) lines.push_back(&line);
    }
  return lines;
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

std::vector<HostKeyPolicy::Held> HostKeyPolicy::held_by_us(const ShownKey& shown) const {
  std::vector<Held> all;
  for (const store::HostKey& key : keys_)
    if (key.node == shown.node && key.state != store::KeyState::shown)
      all.push_back(
          {key.state, key.algorithm, key.blob, "by " + key.changed_by + " on " + key.changed_at});
  return all;
}

std::vector<HostKeyPolicy::Held> HostKeyPolicy::held_by_files(const ShownKey& shown,
                                                              const HostKeyRules& rules) {
  std::vector<Held> all;
  for (const KnownHost* line : lines_about(shown, rules)) {
    if (line->mark == KnownHost::Mark::authority) continue;
    const auto state =
        line->mark == KnownHost::Mark::revoked ? store::KeyState::revoked : store::KeyState::pinned;
    all.push_back({state, line->algorithm, line->blob, "in " + line->where});
  }
  return all;
}

// Where we hold a good key ourselves, files can forbid others but add none: an old disk that comes
// back would find its old key there.
std::vector<HostKeyPolicy::Held> HostKeyPolicy::held(const ShownKey& shown,
                                                     const HostKeyRules& rules) const {
  std::vector<Held> all = held_by_us(shown);
  const bool is_ours = std::ranges::any_of(all, [](const Held& key) { return is_good(key.state); });
  for (Held& key : held_by_files(shown, rules))
    if (!is_ours || !is_good(key.state)) all.push_back(std::move(key));
  return all;
}

std::vector<std::string> HostKeyPolicy::algorithms(const ShownKey& node,
                                                   const HostKeyRules& rules) {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> algorithms;
  for (const Held& key : held(node, rules))
    if (is_good(key.state)) algorithms.push_back(key.algorithm);
  return algorithms;
}

std::string HostKeyPolicy::word_on(const ShownKey& shown, const HostKeyRules& rules) {
  const std::lock_guard guard(mutex_);
  std::string word = "not known";
  for (const Held& key : held(shown, rules)) {
    if (key.blob == shown.blob)
      return key.where.starts_with("in ") && is_good(key.state) ? key.where
                                                                : std::string(name_of(key.state));
    if (key.algorithm == shown.algorithm && is_good(key.state)) word = "CHANGED";
  }
  return word;
}

std::string HostKeyPolicy::known_hosts_text(const ShownKey& node, const HostKeyRules& rules) {
  const std::lock_guard guard(mutex_);
  const std::string name = names_of(node, rules).front();
  std::string text;
  const auto add = [&](const std::string& mark, const std::string& algorithm,
                       const std::string& blob) {
    text += mark + name + " " + algorithm + " " + base::base64_encode(blob) + "\n";
  };
  for (const Held& key : held(node, rules))
    add(is_good(key.state) ? "" : "@revoked ", key.algorithm, key.blob);
  for (const KnownHost* line : lines_about(node, rules))
    if (line->mark == KnownHost::Mark::authority)
      add("@cert-authority ", line->algorithm, line->blob);
  return text;
}

bool HostKeyPolicy::needs_authority(const ShownKey& node, const HostKeyRules& rules) {
  const std::lock_guard guard(mutex_);
  for (const Held& key : held(node, rules))
    if (is_good(key.state)) return false;
  return std::ranges::any_of(lines_about(node, rules), [](const KnownHost* line) {
    return line->mark == KnownHost::Mark::authority;
  });
}

bool HostKeyPolicy::is_trusted(const ShownKey& shown, const std::vector<Held>& keys) {
  for (const Held& key : keys)
    if (key.blob == shown.blob && !is_good(key.state))
      throw base::Error(
          base::Kind::unreachable,
          shown.node + ": the " + kind_of(shown.algorithm) + " key " + key_fingerprint(shown.blob) +
              " that " + where_to(shown) + " shows was " +
              (key.state == store::KeyState::revoked ? "revoked" : "retired") + " " + key.where)
          .set_hint(
              "find out which machine answers there: an old disk, a clone, or somebody in between");
  return std::ranges::any_of(keys, [&](const Held& key) { return key.blob == shown.blob; });
}

void HostKeyPolicy::check(const ShownKey& shown, const HostKeyRules& rules) {
  const std::lock_guard guard(mutex_);
  std::vector<Held> keys = held(shown, rules);
  if (is_trusted(shown, keys)) return;
  keys_ = store_.all();  // it may have been accepted meanwhile
  keys = held(shown, rules);
  if (is_trusted(shown, keys) || rules.check == HostKeyCheck::off) return;
  const Held* trusted = nullptr;
  for (const Held& key : keys)
    if (is_good(key.state) && (trusted == nullptr || key.algorithm == shown.algorithm))
      trusted = &key;
  const std::string print = key_fingerprint(shown.blob);
  const std::string shows = where_to(shown) + " shows " + kind_of(shown.algorithm) + " " + print;
  const std::string acceptance =
      "provisioner hostkeys accept " + shown.node + " --fingerprint " + print;
  if (trusted != nullptr || rules.check == HostKeyCheck::strict)
    store_.note_shown({shown.node, shown.algorithm, shown.blob, print, store::KeyState::shown,
                       "the server at " + where_to(shown), "", ""});
  if (trusted != nullptr)
    throw base::Error(base::Kind::unreachable, shown.node + ": the host key has changed: " + shows +
                                                   ", but " + kind_of(trusted->algorithm) + " " +
                                                   key_fingerprint(trusted->blob) + " is known (" +
                                                   trusted->where + ")")
        .set_hint(
            "if the node was re-installed, compare the new fingerprint on its console, then: " +
            acceptance);
  if (rules.check == HostKeyCheck::strict)
    throw base::Error(base::Kind::unreachable, shown.node + ": the host key is not known: " +
                                                   shows + ", no key is known for this node")
        .set_hint("compare the fingerprint on the node's console, then: " + acceptance);
  keep_first_contact(shown, print);
}

void HostKeyPolicy::keep_first_contact(const ShownKey& shown, const std::string& print) {
  const store::HostKey key{shown.node,
                           shown.algorithm,
                           shown.blob,
                           print,
                           store::KeyState::pinned,
                           "StrictHostKeyChecking=accept-new",
                           os::utc_text(os::system_clock().wall()),
                           "first contact"};
  store_.put(key);
  keys_.push_back(key);
}

}  // namespace provisioner::transport

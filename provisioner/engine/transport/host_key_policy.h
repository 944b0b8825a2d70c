#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "provisioner/base/store/host_keys.h"

namespace provisioner::transport {

// The key a server showed, and whom it claims to be.
struct ShownKey {
  std::string node;  // the inventory's name
  std::string address;
  int port = 22;
  std::string algorithm;  // "ssh-ed25519"
  std::string blob;       // wire form
};

enum class HostKeyCheck : std::uint8_t { strict, accept_new, off };

struct HostKeyRules {
  HostKeyCheck check = HostKeyCheck::strict;
  std::vector<std::string>
      known_hosts_files;  // in force for this connection; read each once a process
  std::string alias;      // HostKeyAlias, looked up instead of the address
};

// Whether a server is the node it claims to be: our own keys by node where there are good ones,
// else those of known_hosts, which count as pinned; @revoked is always obeyed, @cert-authority is
// for the ssh program. A key that is accepted while a run goes on counts from then on. One that is
// refused is noted, so that its fingerprint is enough to accept it. Any thread.
class HostKeyPolicy {
 public:
  explicit HostKeyPolicy(store::HostKeyStore& store);

  // Returns if the key may be trusted. Throws Error(unreachable) with both fingerprints and the
  // next step.
  void check(const ShownKey& shown, const HostKeyRules& rules);

  // What is known of a key, in a word: "pinned", "expected", "retired", "revoked", "in FILE:LINE";
  // "CHANGED" where another of its algorithm is held, else "not known".
  std::string word_on(const ShownKey& shown, const HostKeyRules& rules);

  // Algorithms of the keys that are held for a node, so that the server is asked for one of them;
  // empty: any.
  std::vector<std::string> algorithms(const ShownKey& node, const HostKeyRules& rules);

  // What is held for a node as lines of a known_hosts file, for the ssh program.
  std::string known_hosts_text(const ShownKey& node, const HostKeyRules& rules);
  // Whether only a @cert-authority speaks for a node, whose certificates are not read here.
  bool needs_authority(const ShownKey& node, const HostKeyRules& rules);

 private:
  struct Held {
    store::KeyState state;
    std::string algorithm, blob;
    std::string where;  // "known_hosts:12", "pinned by alice@ctl1 on 2026-11-01"
  };
  std::vector<Held> held(const ShownKey& shown, const HostKeyRules& rules) const;
  std::vector<Held> held_by_us(const ShownKey& shown) const;
  static std::vector<Held> held_by_files(const ShownKey& shown, const HostKeyRules& rules);
  void keep_first_contact(const ShownKey& shown, const std::string& print);
  // By these; a revoked or retired one throws.
  static bool is_trusted(const ShownKey& shown, const std::vector<Held>& keys);

  std::mutex mutex_;
  store::HostKeyStore& store_;
  std::vector<store::HostKey> keys_;
};

std::string key_fingerprint(std::string_view blob);  // "SHA256:..." as ssh-keygen -l writes it

}  // namespace provisioner::transport

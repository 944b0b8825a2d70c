#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provisioner::store {

// `shown`: a server showed it and was refused; nothing is trusted by it.
enum class KeyState : std::uint8_t { expected, pinned, retired, revoked, shown };

std::string_view name_of(KeyState state);
bool is_good(KeyState state);  // a server that shows such a key is the node

// One SSH host key of one node. `blob` is the public key in wire form; `fingerprint` "SHA256:...".
struct HostKey {
  std::string node;       // identity: the inventory's name, not an address
  std::string algorithm;  // "ssh-ed25519"
  std::string blob;
  std::string fingerprint;
  KeyState state = KeyState::pinned;
  std::string changed_by, changed_at, note;
};

// The keys we trust, by node identity. The check itself is pure and belongs to transport.
class HostKeyStore {
 public:
  static HostKeyStore open(const std::string& directory);
  std::vector<HostKey> keys_of(const std::string& node) const;
  std::vector<HostKey> all() const;
  void put(const HostKey& key);  // adds, or changes the state of one that is there
  void note_shown(HostKey key);  // one a node and algorithm: the last

  HostKeyStore(HostKeyStore&&) noexcept;
  ~HostKeyStore();

 private:
  struct Parts;
  explicit HostKeyStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::store

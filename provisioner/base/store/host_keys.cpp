// Host keys by node.

#include "provisioner/base/store/host_keys.h"

#include <unistd.h>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/database.h"

namespace provisioner::store {

struct HostKeyStore::Parts {
  Database database;
};

namespace {

constexpr const char* columns =
    "SELECT node, algorithm, blob, fingerprint, state, changed_by, changed_at, note FROM "
    "host_keys ";

std::vector<HostKey> read(Statement statement) {
  std::vector<HostKey> keys;
  while (statement.step())
    keys.push_back({statement.text(0), statement.text(1), statement.bytes(2), statement.text(3),
                    static_cast<KeyState>(statement.number(4)), statement.text(5),
                    statement.text(6), statement.text(7)});
  return keys;
}

}  // namespace

std::string_view name_of(KeyState state) {
  switch (state) {
    case KeyState::expected:
      return "expected";
    case KeyState::pinned:
      return "pinned";
    case KeyState::retired:
      return "retired";
    case KeyState::revoked:
      return "revoked";
    case KeyState::shown:
      return "shown";
  }
  return "";
}

bool is_good(KeyState state) { return state == KeyState::pinned || state == KeyState::expected; }

HostKeyStore::HostKeyStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HostKeyStore::HostKeyStore(HostKeyStore&&) noexcept = default;
HostKeyStore::~HostKeyStore() = default;

HostKeyStore HostKeyStore::open(const std::string& directory) {
  return HostKeyStore(std::make_unique<Parts>(Parts{Database::open(directory)}));
}

std::vector<HostKey> HostKeyStore::keys_of(const std::string& node) const {
  Statement statement =
      parts_->database.prepare(std::string(columns) + "WHERE node = ? ORDER BY changed_at");
  statement.bind(1, node);
  return read(std::move(statement));
}

std::vector<HostKey> HostKeyStore::all() const {
  return read(parts_->database.prepare(std::string(columns) + "ORDER BY node, changed_at"));
}

void HostKeyStore::put(const HostKey& key) {
  Statement statement = parts_->database.prepare(
      "INSERT INTO host_keys (node, algorithm, blob, fingerprint, state, changed_by, changed_at, "
      "note) VALUES (?,?,?,?,?,?,?,?) "
      "ON CONFLICT (node, blob) DO UPDATE SET state = excluded.state, changed_by = "
      "excluded.changed_by, "
      "changed_at = excluded.changed_at, note = excluded.note");
  const std::string when =
      key.changed_at.empty() ? os::utc_text(os::system_clock().wall()) : key.changed_at;
  statement.bind(1, key.node)
      .bind(2, key.algorithm)
      .bind_bytes(3, key.blob)
      .bind(4, key.fingerprint);
  statement.bind(5, static_cast<std::int64_t>(key.state))
      .bind(6, key.changed_by)
      .bind(7, when)
      .bind(8, key.note);
  statement.run();
}

void HostKeyStore::note_shown(HostKey key) {
  key.state = KeyState::shown;
  Transaction transaction(parts_->database);
  Statement forget = parts_->database.prepare(
      "DELETE FROM host_keys WHERE node = ? AND algorithm = ? AND state = ?");
  forget.bind(1, key.node).bind(2, key.algorithm).bind(3, static_cast<std::int64_t>(key.state));
  forget.run();
  put(key);
  transaction.commit();
}

}  // namespace provisioner::store

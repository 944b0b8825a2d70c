// SQLite behind a thin layer that throws.

#include "provisioner/base/store/database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/failure.h"
#include "provisioner/base/os/files.h"

namespace provisioner::store {
namespace {

using base::Error;
using base::Kind;

constexpr int schema_version = 7;
constexpr int patience = 20'000;  // milliseconds that another writer is waited for

constexpr const char* schema = R"sql(
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, command_line TEXT NOT NULL, operator TEXT NOT NULL,
  parameters TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER, exit_code INTEGER,
  pid INTEGER NOT NULL, started_ticks INTEGER NOT NULL, boot_id TEXT NOT NULL);
CREATE TABLE events (
  run INTEGER NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, kind INTEGER NOT NULL,
  host TEXT NOT NULL, task TEXT NOT NULL, data TEXT NOT NULL, sealed BLOB,
  PRIMARY KEY (run, sequence)) WITHOUT ROWID;
CREATE TABLE fences (number INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE locks (
  node TEXT PRIMARY KEY, run INTEGER NOT NULL, fence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE host_keys (
  node TEXT NOT NULL, blob BLOB NOT NULL, algorithm TEXT NOT NULL, fingerprint TEXT NOT NULL,
  state INTEGER NOT NULL, changed_by TEXT NOT NULL, changed_at TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (node, blob)) WITHOUT ROWID;
)sql";

// Since version 2: the hash chain over a run's events, and its end.
constexpr const char* chained = R"sql(
ALTER TABLE events ADD COLUMN digest BLOB;
ALTER TABLE runs ADD COLUMN head BLOB;
)sql";

// Since version 3: who counts the fences.
constexpr const char* identified = R"sql(
CREATE TABLE identity (id TEXT NOT NULL);
INSERT INTO identity VALUES (lower(hex(randomblob(16))));
)sql";

// Since version 4: machines, and what they do when they boot from the network.
constexpr const char* with_machines = R"sql(
CREATE TABLE IF NOT EXISTS nodes (
  node TEXT PRIMARY KEY, state TEXT NOT NULL, detail TEXT NOT NULL, changed_by TEXT NOT NULL,
  since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS node_lines (
  id INTEGER PRIMARY KEY, node TEXT NOT NULL, time INTEGER NOT NULL, source TEXT NOT NULL,
  text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS node_lines_by_time ON node_lines (node, time);
CREATE TABLE IF NOT EXISTS hardware (
  id INTEGER PRIMARY KEY, node TEXT NOT NULL, time INTEGER NOT NULL, source TEXT NOT NULL,
  facts TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS hardware_by_node ON hardware (node);
CREATE TABLE IF NOT EXISTS plans (
  digest TEXT PRIMARY KEY, plan TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL,
  used INTEGER, used_by TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS boot_jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, node TEXT NOT NULL, run TEXT NOT NULL,
  boot_order TEXT NOT NULL, created INTEGER NOT NULL, fetches INTEGER NOT NULL, ended INTEGER,
  outcome TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS one_open_job ON boot_jobs (node) WHERE ended IS NULL;
CREATE TABLE IF NOT EXISTS boot_tokens (
  hash TEXT PRIMARY KEY, job INTEGER NOT NULL, stages TEXT NOT NULL, expires INTEGER NOT NULL,
  used INTEGER) WITHOUT ROWID;
)sql";

// Since version 5: when a node's state or what it waits for was last told.
constexpr const char* heard = R"sql(
ALTER TABLE nodes ADD COLUMN heard INTEGER NOT NULL DEFAULT 0;
)sql";

// Since version 6: when hardware was last looked at, also where it was the same.
constexpr const char* looked = R"sql(
ALTER TABLE hardware ADD COLUMN looked INTEGER NOT NULL DEFAULT 0;
)sql";

// Since version 7: when a job's node began to change its disks, and how a job ended (JobEnd).
constexpr const char* with_ends = R"sql(
ALTER TABLE boot_jobs ADD COLUMN written INTEGER;
ALTER TABLE boot_jobs ADD COLUMN end_kind INTEGER NOT NULL DEFAULT 0;
UPDATE boot_jobs SET end_kind = 1 WHERE outcome = 'installed';
)sql";

// A database that could not be opened does not know its file.
std::string file_of(sqlite3* database, const std::string& otherwise) {
  const char* file = sqlite3_db_filename(database, "main");
  return file == nullptr || *file == '\0' ? otherwise : file;
}

[[noreturn]] void fail(sqlite3* database, const std::string& doing, const std::string& path = "") {
  const int code = sqlite3_errcode(database);
  const std::string file = file_of(database, path);
  Error error(Kind::failed, "'" + file + "' cannot be " + doing + ": " + sqlite3_errmsg(database));
  if (code == SQLITE_FULL || code == SQLITE_IOERR)
    error.set_hint("is the disk full? see: df -h " + file);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    error.set_hint("the file is damaged: restore it from a backup, or move it away to begin anew");
  if (code == SQLITE_BUSY)
    error.set_hint("another process writes to it for a long time: see provisioner runs list");
  if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN) error.set_hint(os::other_state);
  throw error;
}

// What is made while this lives is for its owner only.
class PrivateFiles {
 public:
  PrivateFiles() : before_(::umask(077)) {}
  PrivateFiles(const PrivateFiles&) = delete;
  PrivateFiles& operator=(const PrivateFiles&) = delete;
  ~PrivateFiles() { ::umask(before_); }

 private:
  mode_t before_;
};

// For what has a meaning of its own in a URI.
std::string uri_escaped(const std::string& path) {
  return base::replace_all(base::replace_all(base::replace_all(path, "%", "%25"), "?", "%3f"), "#",
                           "%23");
}

void check_place(const std::string& directory) {
  os::make_directories(directory, 0700);
  if (os::is_on_network_file_system(directory))
    throw Error(Kind::refused,
                "'" + directory + "' is on a network file system, where locks cannot be trusted")
        .set_hint("choose a local directory by PROVISIONER_STATE");
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* handle) const { sqlite3_close(handle); }

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr) !=
      SQLITE_OK)
    fail(database, "used");
  statement_.reset(statement);
}

Statement& Statement::bind(int at, std::string_view text) {
  sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(int at, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), at, number);
  return *this;
}

Statement& Statement::bind_bytes(int at, std::string_view bytes) {
  sqlite3_bind_blob(statement_.get(), at, bytes.data(), static_cast<int>(bytes.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind_null(int at) {
  sqlite3_bind_null(statement_.get(), at);
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(database_, "written or read");
  return false;
}

void Statement::run() {
  while (step()) continue;
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text == nullptr
             ? ""
             : std::string(
                   text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::string Statement::bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return bytes == nullptr
             ? ""
             : std::string(
                   bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Database::Database(std::string directory) : directory_(std::move(directory)) {
  const std::string path = os::join_path(directory_, "state.db");
  const bool is_writable =
      !os::exists(path) || (os::is_writable(path) && os::is_writable(directory_));
  open_file(path, is_writable);
  sqlite3_busy_timeout(handle_.get(), patience);
  if (is_writable) {
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
  }
  bring_up_to_date();
}

// Where nothing may be written, SQLite cannot make the files that a reader of a WAL needs; without
// a WAL there is no writer, and it is told that the file stays as it is.
void Database::open_file(const std::string& path, bool is_writable) {
  const PrivateFiles guard;
  const bool is_at_rest = !is_writable && !os::exists(path + "-wal");
  const std::string name = "file:" + uri_escaped(path) + (is_at_rest ? "?immutable=1" : "");
  const int mode = is_writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &handle,
                                     mode | SQLITE_OPEN_URI | SQLITE_OPEN_FULLMUTEX, nullptr);
  handle_.reset(handle);
  if (result != SQLITE_OK) fail(handle_.get(), "opened", path);
}

Database Database::open(const std::string& directory) {
  check_place(directory);
  return Database(directory);
}

void Database::bring_up_to_date() {
  const auto version = [this] {
    Statement statement = prepare("PRAGMA user_version");
    statement.step();
    return statement.number(0);
  };
  if (version() == schema_version) return;
  Transaction transaction(*this);
  const auto found = version();  // another process may have been first
  if (found > schema_version)
    throw Error(Kind::refused,
                "'" + directory_ + "' was written by a later version of this program")
        .set_hint("use that version, or another directory by PROVISIONER_STATE");
  if (found < 1) execute(schema);
  if (found < 2) execute(chained);
  if (found < 3) execute(identified);
  if (found < 4) execute(with_machines);
  if (found < 5) execute(heard);
  if (found < 6) execute(looked);
  if (found < 7) execute(with_ends);
  execute("PRAGMA user_version = " + std::to_string(schema_version));
  transaction.commit();
}

void Database::execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(handle_.get(), "used");
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!is_open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const Error&) {
    // What failed was told already; SQLite has rolled back by itself.
  }
}

void Transaction::commit() {
  database_.execute("COMMIT");
  is_open_ = false;
}

}  // namespace provisioner::store

// SQLite files of others.

#include "provisioner/base/store/foreign_table.h"

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>

#include "provisioner/base/base/text.h"

namespace provisioner::store {
namespace {

constexpr int most_rounds = 2'000'000, instructions_a_round = 1000;  // SQLite's own
constexpr int largest_value = 64 << 20;                              // bytes
constexpr std::size_t most_rows = 1'000'000;

struct Close {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

// In a URI ?, # and % would mean something else.
std::string uri_of(const std::string& path) {
  std::string uri = "file:";
  for (const char letter : path)
    uri += std::string_view("?#%").find(letter) == std::string_view::npos
               ? std::string(1, letter)
               : "%" + base::hex(std::string_view(&letter, 1));
  return uri + "?mode=ro&immutable=1";
}

Handle opened(const std::string& path) {
  sqlite3* raw = nullptr;
  const int status =
      sqlite3_open_v2(uri_of(path).c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  Handle handle(raw);
  if (status != SQLITE_OK) return nullptr;
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  // Else a column that is not there would be a text of its name.
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_drop_modules(raw, nullptr);  // tables that are computed
  sqlite3_limit(raw, SQLITE_LIMIT_LENGTH, largest_value);
  return handle;
}

Prepared prepared(sqlite3* handle, const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &raw, nullptr) != SQLITE_OK) return nullptr;
  return Prepared(raw);
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char letter : name) text += letter == '"' ? "\"\"" : std::string(1, letter);
  return text + "\"";
}

// A view of that name could compute for ever.
bool is_table(sqlite3* handle, const std::string& name) {
  const Prepared found =
      prepared(handle, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  if (!found) return false;
  sqlite3_bind_text(found.get(), 1, name.c_str(), -1, SQLITE_TRANSIENT);
  return sqlite3_step(found.get()) == SQLITE_ROW;
}

// So could a column that is generated, from a few bytes as much memory as there is.
bool is_stored(sqlite3* handle, const std::string& table, const std::string& column) {
  constexpr int name_at = 1, hidden_at = 6;  // of what the pragma answers
  const Prepared columns = prepared(handle, "PRAGMA table_xinfo(" + quoted(table) + ")");
  if (!columns) return false;
  while (sqlite3_step(columns.get()) == SQLITE_ROW) {
    const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(columns.get(), name_at));
    if (name != nullptr && sqlite3_stricmp(name, column.c_str()) == 0)
      return sqlite3_column_int(columns.get(), hidden_at) == 0;
  }
  return false;
}

// Rows of a damaged file may lie in each other, so that their sum ends nowhere: no more of them is
// taken than the file has bytes.
std::optional<std::vector<std::string>> all_values(sqlite3_stmt* rows, std::uint64_t left) {
  std::vector<std::string> values;
  for (;;) {
    const int status = sqlite3_step(rows);
    if (status == SQLITE_DONE) return values;
    if (status != SQLITE_ROW || values.size() >= most_rows) return std::nullopt;
    const void* bytes = sqlite3_column_blob(rows, 0);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(rows, 0));
    if (size > left) return std::nullopt;
    left -= size;
    values.emplace_back(bytes == nullptr ? "" : static_cast<const char*>(bytes), size);
  }
}

}  // namespace

std::optional<std::vector<std::string>> foreign_column(const std::string& path,
                                                       const std::string& table,
                                                       const std::string& column) {
  std::error_code problem;
  const std::uintmax_t size = std::filesystem::file_size(path, problem);
  const Handle handle = opened(path);
  if (problem || !handle) return std::nullopt;
  int left = most_rounds;
  sqlite3_progress_handler(
      handle.get(), instructions_a_round,
      [](void* rounds) { return --*static_cast<int*>(rounds) > 0 ? 0 : 1; }, &left);
  if (!is_table(handle.get(), table) || !is_stored(handle.get(), table, column))
    return std::nullopt;
  const Prepared rows =
      prepared(handle.get(), "SELECT " + quoted(column) + " FROM " + quoted(table));
  return rows ? all_values(rows.get(), size) : std::nullopt;
}

}  // namespace provisioner::store

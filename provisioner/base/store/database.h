#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace provisioner::store {

// One prepared statement: bind by position from 1, step, read columns from 0.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);

  Statement& bind(int at, std::string_view text);
  Statement& bind(int at, std::int64_t number);
  Statement& bind_bytes(int at, std::string_view bytes);
  Statement& bind_null(int at);

  bool step();  // true: a row is there
  void run();   // steps to the end and can be bound anew

  std::string text(int column) const;
  std::string bytes(int column) const;
  std::int64_t number(int column) const;
  bool is_null(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// The file of an installation's state: SQLite, WAL, every commit durable. Refuses a network file
// system, where SQLite's locks lie, and a file of a later version. One that is there and may not be
// written is read all the same. Throws Error with the path and the next step.
class Database {
 public:
  static Database open(const std::string& directory);

  Statement prepare(std::string_view sql) { return Statement(handle_.get(), sql); }
  void execute(const std::string& sql);
  std::int64_t last_id() const;
  const std::string& directory() const { return directory_; }

 private:
  // sqlite gives a handle even when opening failed: it is closed all the same.
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(std::string directory);
  void open_file(const std::string& path, bool is_writable);
  void bring_up_to_date();

  std::string directory_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// Undone when it goes without `commit`. Takes the writer's lock at once, so that nothing read in it
// can change.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool is_open_ = true;
};

}  // namespace provisioner::store

// Runs, their events, their keys.

#include "provisioner/base/store/run_store.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/chain.h"
#include "provisioner/base/store/database.h"
#include "provisioner/base/store/run_process.h"
#include "provisioner/base/store/stored_time.h"
#include "provisioner/base/value/json.h"

namespace provisioner::store {

using base::Error;
using base::Kind;
using Time = std::chrono::system_clock::time_point;

struct RunStore::Parts {
  explicit Parts(Database opened) : database(std::move(opened)) {}
  Database database;
  Chain chain{database};
};

namespace {

// Ids are numbers inside; what is no number is no run.
std::int64_t number_of(const std::string& run) {
  const bool is_number =
      !run.empty() && run.size() < 18 &&
      std::all_of(run.begin(), run.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? std::stoll(run) : -1;
}

std::string key_path(const Database& database, const std::string& run) {
  return os::join_path(database.directory(), "keys/" + std::to_string(number_of(run)));
}

constexpr const char* summary_columns =
    "SELECT id, command_line, operator, started, ended, exit_code, pid, started_ticks, boot_id "
    "FROM runs ";

RunSummary summary(const Statement& row) {
  RunSummary run;
  run.id = std::to_string(row.number(0));
  run.command_line = row.text(1);
  run.operator_name = row.text(2);
  run.started = time_of(row.number(3));
  if (!row.is_null(4)) run.ended = time_of(row.number(4));
  if (!row.is_null(5)) run.exit_code = static_cast<int>(row.number(5));
  run.is_alive = !run.exit_code && is_alive({row.number(6), row.number(7), row.text(8)});
  return run;
}

// One more than the last, and no less than the microseconds of the clock: a store that was put back
// has forgotten numbers that nodes remember.
std::int64_t next_fence(Database& database) {
  Statement rise = database.prepare(
      "INSERT INTO fences SELECT max(?, 1 + coalesce((SELECT seq FROM sqlite_sequence WHERE name = "
      "'fences'), 0))");
  rise.bind(1, microseconds_of(os::system_clock().wall())).run();
  const std::int64_t fence = database.last_id();
  Statement forget = database.prepare("DELETE FROM fences WHERE number < ?");
  forget.bind(1, fence).run();
  return fence;
}

Error held(const Lock& lock, const RunSummary& run) {
  const std::string since = os::utc_text(run.started);
  if (run.is_alive)
    return Error(Kind::refused, lock.node + " is held by run " + run.id + " of " +
                                    run.operator_name + " since " + since + ": " + run.command_line)
        .set_hint("wait for it to end, or look at it: provisioner runs show " + run.id);
  return Error(Kind::refused, lock.node + " is held by run " + run.id + " of " + run.operator_name +
                                  ", which was cut off: " + run.command_line)
      .set_hint("go on with it: provisioner resume " + run.id +
                "; or give it up and run anew with --steal-locks");
}

}  // namespace

RunStore::RunStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

RunStore RunStore::open(const std::string& directory) {
  return RunStore(std::make_unique<Parts>(Database::open(directory)));
}

std::string RunStore::id() const {
  Statement statement = parts_->database.prepare("SELECT id FROM identity");
  statement.step();
  return statement.text(0);
}

std::string RunStore::begin_run(const NewRun& run) {
  const RunProcess process = own_process();
  Statement statement = parts_->database.prepare(
      "INSERT INTO runs (command_line, operator, parameters, started, pid, started_ticks, boot_id) "
      "VALUES (?,?,?,?,?,?,?)");
  statement.bind(1, run.command_line)
      .bind(2, run.operator_name)
      .bind(3, value::write_json(run.parameters));
  statement.bind(4, microseconds_of(os::system_clock().wall()))
      .bind(5, process.pid)
      .bind(6, process.started_ticks)
      .bind(7, process.boot_id);
  statement.run();
  return std::to_string(parts_->database.last_id());
}

void RunStore::take_up_run(const std::string& run) {
  const RunProcess process = own_process();
  Transaction transaction(parts_->database);
  const auto before = this->run(run);
  if (!before)
    throw Error(Kind::usage, "there is no run '" + run + "'")
        .set_hint("see: provisioner runs list");
  if (before->is_alive)
    throw Error(Kind::refused, "run " + run + " of " + before->operator_name + " is still running");
  Statement statement = parts_->database.prepare(
      "UPDATE runs SET pid = ?, started_ticks = ?, boot_id = ?, ended = NULL, exit_code = NULL "
      "WHERE id = ?");
  statement.bind(1, process.pid)
      .bind(2, process.started_ticks)
      .bind(3, process.boot_id)
      .bind(4, number_of(run))
      .run();
  transaction.commit();
}

void RunStore::put_back_run(const RunSummary& before) {
  Statement statement =
      parts_->database.prepare("UPDATE runs SET pid = 0, ended = ?, exit_code = ? WHERE id = ?");
  if (before.ended) statement.bind(1, microseconds_of(*before.ended));
  if (before.exit_code) statement.bind(2, std::int64_t{*before.exit_code});
  statement.bind(3, number_of(before.id)).run();
}

value::Value RunStore::parameters(const std::string& run) const {
  Statement statement = parts_->database.prepare("SELECT parameters FROM runs WHERE id = ?");
  statement.bind(1, number_of(run));
  if (!statement.step())
    throw Error(Kind::usage, "there is no run '" + run + "'")
        .set_hint("see: provisioner runs list");
  return value::read_json(statement.text(0), "run " + run);
}

void RunStore::append(const std::string& run, const std::vector<Event>& events) {
  Transaction transaction(parts_->database);
  Statement statement = parts_->database.prepare(
      "INSERT INTO events (run, sequence, time, kind, host, task, data, sealed, digest) VALUES "
      "(?,?,?,?,?,?,?,?,?)");
  std::string head = parts_->chain.head(number_of(run));
  for (const Event& event : events) {
    const Record record{number_of(run),
                        static_cast<std::int64_t>(event.sequence),
                        microseconds_of(event.time),
                        static_cast<std::int64_t>(event.kind),
                        event.host,
                        event.task,
                        value::write_json(event.data),
                        event.sealed};
    head = Chain::digest(head, record);
    statement.bind(1, record.run)
        .bind(2, record.sequence)
        .bind(3, record.time)
        .bind(4, record.kind)
        .bind(5, record.host)
        .bind(6, record.task)
        .bind(7, record.data);
    if (record.sealed.empty())
      statement.bind_null(8);
    else
      statement.bind_bytes(8, record.sealed);
    statement.bind_bytes(9, head).run();
  }
  transaction.commit();
  parts_->chain.advance(number_of(run), std::move(head));
}

void RunStore::end_run(const std::string& run, int exit_code, bool drop_key) {
  Statement statement =
      parts_->database.prepare("UPDATE runs SET ended = ?, exit_code = ?, head = ? WHERE id = ?");
  statement.bind(1, microseconds_of(os::system_clock().wall()))
      .bind(2, std::int64_t{exit_code})
      .bind_bytes(3, parts_->chain.head(number_of(run)))
      .bind(4, number_of(run))
      .run();
  if (drop_key) os::remove_file(key_path(parts_->database, run));
}

JournalCheck RunStore::check_journal(const std::string& run) const {
  return parts_->chain.check(number_of(run));
}

std::vector<RunSummary> RunStore::runs() const {
  Statement statement = parts_->database.prepare(std::string(summary_columns) + "ORDER BY id DESC");
  std::vector<RunSummary> all;
  while (statement.step()) all.push_back(summary(statement));
  return all;
}

std::optional<RunSummary> RunStore::run(const std::string& id) const {
  Statement statement = parts_->database.prepare(std::string(summary_columns) + "WHERE id = ?");
  statement.bind(1, number_of(id));
  if (!statement.step()) return std::nullopt;
  return summary(statement);
}

void RunStore::each_event(const std::string& run,
                          const std::function<void(const Event&)>& body) const {
  Statement statement = parts_->database.prepare(
      "SELECT sequence, time, kind, host, task, data, sealed FROM events WHERE run = ? ORDER BY "
      "sequence");
  statement.bind(1, number_of(run));
  while (statement.step()) {
    Event event;
    event.sequence = static_cast<std::uint64_t>(statement.number(0));
    event.time = time_of(statement.number(1));
    event.kind = static_cast<EventKind>(statement.number(2));
    event.host = statement.text(3);
    event.task = statement.text(4);
    event.data = value::read_json(statement.text(5), "event");
    event.sealed = statement.bytes(6);
    body(event);
  }
}

crypto::SealingKey RunStore::run_key(const std::string& run) {
  const std::string path = key_path(parts_->database, run);
  if (const auto bytes = os::read_file(path)) return crypto::SealingKey::from_bytes(*bytes);
  crypto::SealingKey key = crypto::SealingKey::make();
  os::make_directories(os::parent_of(path), 0700);
  os::write_file(path, key.bytes(), 0600);
  return key;
}

bool RunStore::can_resume(const std::string& run) const {
  return os::exists(key_path(parts_->database, run));
}

void RunStore::require_free(const std::string& run, const std::vector<std::string>& nodes,
                            bool steal) const {
  for (const Lock& lock : locks()) {
    if (lock.run == run || std::find(nodes.begin(), nodes.end(), lock.node) == nodes.end())
      continue;
    const auto holder = this->run(lock.run);
    const bool is_cut_off = holder && !holder->exit_code && can_resume(lock.run);
    if (holder && (holder->is_alive || (is_cut_off && !steal))) throw held(lock, *holder);
  }
}

std::vector<Lock> RunStore::lock(const std::string& run, const std::vector<std::string>& nodes,
                                 bool steal) {
  Transaction transaction(parts_->database);
  require_free(run, nodes, steal);
  std::vector<Lock> taken;
  const std::string operator_name = this->run(run) ? this->run(run)->operator_name : "";
  const std::int64_t fence = next_fence(parts_->database);
  Statement statement = parts_->database.prepare("INSERT OR REPLACE INTO locks VALUES (?,?,?)");
  for (const std::string& node : nodes) {
    statement.bind(1, node).bind(2, number_of(run)).bind(3, fence).run();
    taken.push_back({node, run, operator_name, static_cast<std::uint64_t>(fence)});
  }
  transaction.commit();
  return taken;
}

void RunStore::unlock(const std::string& run) {
  Statement statement = parts_->database.prepare("DELETE FROM locks WHERE run = ?");
  statement.bind(1, number_of(run)).run();
}

std::vector<Lock> RunStore::locks() const {
  Statement statement = parts_->database.prepare(
      "SELECT locks.node, locks.run, runs.operator, locks.fence FROM locks LEFT JOIN runs ON "
      "runs.id = locks.run ORDER BY locks.node");
  std::vector<Lock> all;
  while (statement.step())
    all.push_back({statement.text(0), std::to_string(statement.number(1)), statement.text(2),
                   static_cast<std::uint64_t>(statement.number(3))});
  return all;
}

}  // namespace provisioner::store

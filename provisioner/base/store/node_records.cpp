// States, flight recorder and hardware of nodes.

#include "provisioner/base/store/node_records.h"

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/database.h"
#include "provisioner/base/store/stored_time.h"
#include "provisioner/base/value/json.h"

namespace provisioner::store {

struct NodeRecords::Parts {
  Database database;
};

namespace {

constexpr const char* state_columns =
    "SELECT node, state, detail, changed_by, since, max(since, heard) FROM nodes ";
constexpr const char* hardware_columns =
    "SELECT node, time, source, facts, max(time, looked) FROM hardware WHERE node = ? "
    "ORDER BY id DESC ";

NodeState state_of(const Statement& row) {
  return {row.text(0), row.text(1),         row.text(2),
          row.text(3), time_of(row.number(4)), time_of(row.number(5))};
}

NodeLine line_of(const Statement& row) {
  return {row.text(0), time_of(row.number(1)), row.text(2), row.text(3)};
}

HardwareRecord hardware_of(const Statement& row) {
  return {row.text(0), time_of(row.number(1)), row.text(2), value::read_json(row.text(3)),
          time_of(row.number(4))};
}

WallTime or_now(WallTime time) {
  return time == WallTime() ? os::system_clock().wall() : time;
}

}  // namespace

NodeRecords::NodeRecords(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
NodeRecords::NodeRecords(NodeRecords&&) noexcept = default;
NodeRecords::~NodeRecords() = default;

NodeRecords NodeRecords::open(const std::string& directory) {
  return NodeRecords(std::make_unique<Parts>(Parts{Database::open(directory)}));
}

std::optional<NodeState> NodeRecords::state(const std::string& node) const {
  Statement row = parts_->database.prepare(std::string(state_columns) + "WHERE node = ?");
  row.bind(1, node);
  if (!row.step()) return std::nullopt;
  return state_of(row);
}

std::vector<NodeState> NodeRecords::states() const {
  Statement row = parts_->database.prepare(std::string(state_columns) + "ORDER BY node");
  std::vector<NodeState> all;
  while (row.step()) all.push_back(state_of(row));
  return all;
}

void NodeRecords::put_state(const NodeState& state) {
  Statement put = parts_->database.prepare(
      "INSERT INTO nodes (node, state, detail, changed_by, since, heard) "
      "VALUES (?1,?2,?3,?4,?5,?5) ON CONFLICT (node) DO UPDATE SET detail = excluded.detail, "
      "changed_by = excluded.changed_by, heard = excluded.heard, since = CASE WHEN state = "
      "excluded.state THEN since ELSE excluded.since END, state = excluded.state");
  put.bind(1, state.node).bind(2, state.state).bind(3, state.detail).bind(4, state.changed_by);
  put.bind(5, microseconds_of(or_now(state.since))).run();
}

std::optional<std::string> NodeRecords::move_state(
    const NodeState& state, const std::function<bool(const std::string& from)>& may) {
  Transaction transaction(parts_->database);
  const auto before = this->state(state.node);
  const std::string from = before ? before->state : "";
  if (!may(from)) return from;
  put_state(state);
  transaction.commit();
  return std::nullopt;
}

std::vector<std::string> NodeRecords::names() const {
  Statement row = parts_->database.prepare(
      "SELECT node FROM nodes UNION SELECT node FROM hardware UNION SELECT node FROM node_lines "
      "WHERE node <> '' ORDER BY 1");
  std::vector<std::string> all;
  while (row.step()) all.push_back(row.text(0));
  return all;
}

void NodeRecords::forget(const std::string& node) {
  Transaction transaction(parts_->database);
  for (const char* words :
       {"DELETE FROM nodes WHERE node = ?", "DELETE FROM hardware WHERE node = ?"}) {
    Statement forget = parts_->database.prepare(words);
    forget.bind(1, node).run();
  }
  transaction.commit();
}

void NodeRecords::add_line(const NodeLine& line) {
  Statement add = parts_->database.prepare(
      "INSERT INTO node_lines (node, time, source, text) VALUES (?,?,?,?)");
  add.bind(1, line.node).bind(2, microseconds_of(or_now(line.time)));
  add.bind(3, line.source).bind(4, line.text).run();
}

void NodeRecords::add_lines(const std::vector<NodeLine>& lines) {
  Transaction transaction(parts_->database);
  for (const NodeLine& line : lines) add_line(line);
  transaction.commit();
}

void NodeRecords::keep_last_lines(const std::string& node, const std::string& source,
                                  WallTime from, std::int64_t most) {
  Statement forget = parts_->database.prepare(
      "DELETE FROM node_lines WHERE node = ?1 AND source = ?2 AND time >= ?3 AND id NOT IN "
      "(SELECT id FROM node_lines WHERE node = ?1 AND source = ?2 AND time >= ?3 "
      "ORDER BY id DESC LIMIT ?4)");
  forget.bind(1, node).bind(2, source).bind(3, microseconds_of(from)).bind(4, most).run();
}

void NodeRecords::each_line(const std::string& node, WallTime from,
                            const std::function<void(const NodeLine&)>& body) const {
  Statement row = parts_->database.prepare(
      "SELECT node, time, source, text FROM node_lines WHERE (node = ?1 OR ?1 = '') AND time >= ?2 "
      "ORDER BY time, id");
  row.bind(1, node).bind(2, microseconds_of(from));
  while (row.step()) body(line_of(row));
}

std::int64_t NodeRecords::newest_line() const {
  Statement row = parts_->database.prepare("SELECT coalesce(max(id), 0) FROM node_lines");
  row.step();
  return row.number(0);
}

void NodeRecords::last_lines(const std::string& node, std::int64_t up_to, std::int64_t most,
                             const std::function<void(const NodeLine&)>& body) const {
  Statement row = parts_->database.prepare(
      "SELECT node, time, source, text FROM (SELECT * FROM node_lines WHERE (node = ?1 OR ?1 = '') "
      "AND id <= ?2 ORDER BY time DESC, id DESC LIMIT ?3) ORDER BY time, id");
  row.bind(1, node).bind(2, up_to).bind(3, most);
  while (row.step()) body(line_of(row));
}

std::int64_t NodeRecords::each_line_after(
    std::int64_t number, const std::string& node,
    const std::function<void(const NodeLine&)>& body) const {
  Statement row = parts_->database.prepare(
      "SELECT node, time, source, text, id FROM node_lines WHERE (node = ?1 OR ?1 = '') "
      "AND id > ?2 ORDER BY id");
  row.bind(1, node).bind(2, number);
  while (row.step()) {
    body(line_of(row));
    number = row.number(4);
  }
  return number;
}

void NodeRecords::put_hardware(const HardwareRecord& record) {
  Transaction transaction(parts_->database);
  const auto former = hardware(record.node);
  const bool is_same =
      former && former->facts == record.facts && former->source == record.source;
  Statement put = parts_->database.prepare(
      is_same ? "UPDATE hardware SET looked = ?2 WHERE id = "
                "(SELECT max(id) FROM hardware WHERE node = ?1)"
              : "INSERT INTO hardware (node, time, source, facts) VALUES (?1,?2,?3,?4)");
  put.bind(1, record.node).bind(2, microseconds_of(or_now(record.time)));
  if (!is_same) put.bind(3, record.source).bind(4, value::write_json(record.facts));
  put.run();
  transaction.commit();
}

std::optional<HardwareRecord> NodeRecords::hardware(const std::string& node) const {
  Statement row = parts_->database.prepare(std::string(hardware_columns) + "LIMIT 1");
  row.bind(1, node);
  if (!row.step()) return std::nullopt;
  return hardware_of(row);
}

std::vector<HardwareRecord> NodeRecords::hardware_history(const std::string& node) const {
  Statement row = parts_->database.prepare(hardware_columns);
  row.bind(1, node);
  std::vector<HardwareRecord> all;
  while (row.step()) all.push_back(hardware_of(row));
  return all;
}

}  // namespace provisioner::store

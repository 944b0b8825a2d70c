// Journals that show where they were altered.

#include "provisioner/base/store/chain.h"

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::store {
namespace {

// Numbers and lengths in eight bytes, so that no two records read the same.
void add(std::string& bytes, std::int64_t number) {
  for (int shift = 0; shift < 64; shift += 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> static_cast<unsigned>(shift));
}
void add(std::string& bytes, const std::string& text) {
  add(bytes, static_cast<std::int64_t>(text.size()));
  bytes += text;
}

std::string digest_of(const std::string& bytes) { return base::unhex(crypto::sha256(bytes)); }

std::string name_of(const Record& record) {
  return "record " + std::to_string(record.sequence) + " (" +
         std::string(name_of(static_cast<EventKind>(record.kind))) +
         (record.host.empty() ? "" : " of " + record.host) + ")";
}

}  // namespace

std::string Chain::digest(const std::string& former, const Record& record) {
  std::string bytes = former;
  bytes.reserve(bytes.size() + 80 + record.host.size() + record.task.size() + record.data.size() +
                record.sealed.size());
  for (const std::int64_t number : {record.run, record.sequence, record.time, record.kind})
    add(bytes, number);
  for (const std::string* text : {&record.host, &record.task, &record.data, &record.sealed})
    add(bytes, *text);
  return digest_of(bytes);
}

std::string Chain::beginning(std::int64_t run) {
  Statement row = database_.prepare(
      "SELECT command_line, operator, parameters, started FROM runs WHERE id = ?");
  row.bind(1, run);
  std::string bytes;
  add(bytes, run);
  if (!row.step()) return digest_of(bytes);
  for (const int column : {0, 1, 2}) add(bytes, row.text(column));
  add(bytes, row.number(3));
  return digest_of(bytes);
}

std::string Chain::head(std::int64_t run) {
  if (const auto known = heads_.find(run); known != heads_.end()) return known->second;
  Statement last = database_.prepare(
      "SELECT digest FROM events WHERE run = ? ORDER BY sequence DESC LIMIT 1");
  last.bind(1, run);
  const bool has_digest = last.step() && !last.is_null(0);
  return heads_[run] = has_digest ? last.bytes(0) : beginning(run);
}

JournalCheck Chain::check(std::int64_t run) {
  JournalCheck check;
  std::string former = beginning(run);
  std::int64_t expected = 0;
  Statement row = database_.prepare(
      "SELECT sequence, time, kind, host, task, data, sealed, digest FROM events WHERE run = ? "
      "ORDER BY sequence");
  row.bind(1, run);
  for (; row.step(); ++check.records) {
    const Record record{run,         row.number(0), row.number(1), row.number(2),
                        row.text(3), row.text(4),   row.text(5),   row.bytes(6)};
    const bool is_before_chains = row.is_null(7) && check.without_digest == check.records;
    if (record.sequence != expected)
      check.problems.push_back("before " + name_of(record) + ": records are missing");
    expected = record.sequence + 1;
    if (is_before_chains) {
      ++check.without_digest;
      continue;
    }
    if (row.bytes(7) != digest(former, record))
      check.problems.push_back(name_of(record) +
                               " does not match its digest: it was altered, or what stands before "
                               "it");
    former = row.bytes(7);
  }
  Statement end = database_.prepare("SELECT exit_code, head FROM runs WHERE id = ?");
  end.bind(1, run);
  check.is_open = !end.step() || end.is_null(0);
  if (!check.is_open && !end.is_null(1) && end.bytes(1) != former)
    check.problems.emplace_back("after the last record: records are missing");
  check.head = base::hex(former);
  return check;
}

}  // namespace provisioner::store

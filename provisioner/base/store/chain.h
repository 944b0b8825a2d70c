#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "provisioner/base/store/database.h"
#include "provisioner/base/store/run_store.h"

namespace provisioner::store {

// One row of the journal, as its digest covers it.
struct Record {
  std::int64_t run = 0, sequence = 0, time = 0, kind = 0;
  std::string host, task, data, sealed;
};

// The hash chain over the journals: the digest of a record (SHA-256, 32 bytes) covers the record
// and the digest of the one before it; the first follows from the row of its run. A run that has
// ended keeps the last digest in that row.
class Chain {
 public:
  explicit Chain(Database& database) : database_(database) {}

  // The digest that the next record of a run follows.
  std::string head(std::int64_t run);
  static std::string digest(const std::string& former, const Record& record);
  void advance(std::int64_t run, std::string head) { heads_[run] = std::move(head); }

  JournalCheck check(std::int64_t run);

 private:
  std::string beginning(std::int64_t run);

  Database& database_;
  std::map<std::int64_t, std::string> heads_;
};

}  // namespace provisioner::store

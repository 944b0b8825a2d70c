#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/crypto/sealing.h"
#include "provisioner/base/store/event.h"

namespace provisioner::store {

struct RunSummary {
  std::string id;             // "41": counts up, never reused
  std::string command_line;   // redacted
  std::string operator_name;  // "alice@ctl1"
  std::chrono::system_clock::time_point started;
  std::optional<std::chrono::system_clock::time_point> ended;
  std::optional<int> exit_code;  // absent: running, or it died
  bool is_alive = false;         // its process still runs (pid and start time, boot id)
};

// Whether the journal of a run is as it was written.
struct JournalCheck {
  std::size_t records = 0;
  std::size_t without_digest = 0;  // the first ones: written by a version that made none
  std::vector<std::string> problems;  // "record 17 (host_finished of n01) does not match ..."
  bool is_open = false;               // the run has not ended: nothing says where its end is
  std::string head;                   // digest over all, hex
};

// A node that a run holds. The number rises with each taking, for ever, also where the store was
// put back from a backup: the agent refuses a lower one.
struct Lock {
  std::string node;
  std::string run, operator_name;
  std::uint64_t fence = 0;
};

// The state of this installation: runs with their events, locks, host keys. SQLite (WAL,
// synchronous=FULL) in a directory of its own; a network file system is refused. One object a
// thread. Throws Error.
class RunStore {
 public:
  static RunStore open(const std::string& directory);

  std::string id() const;  // random, 32 hex digits, made once: who counts the fences

  struct NewRun {
    std::string command_line, operator_name;
    value::Value parameters;  // what `resume` needs to start the same run: arguments, digests
  };
  std::string begin_run(const NewRun& run);  // its id
  // A run that was cut off goes on in this process. Throws Error(refused) while it still runs
  // elsewhere.
  void take_up_run(const std::string& run);
  void put_back_run(const RunSummary& before);  // it does not go on: as it was before
  value::Value parameters(const std::string& run) const;

  // Durable when it returns: one transaction for all of them.
  void append(const std::string& run, const std::vector<Event>& events);
  void end_run(const std::string& run, int exit_code, bool drop_key);

  std::vector<RunSummary> runs() const;  // newest first
  std::optional<RunSummary> run(const std::string& id) const;
  void each_event(const std::string& run, const std::function<void(const Event&)>& body) const;

  // Compares each record with the digest that was written with it, and with the one before.
  JournalCheck check_journal(const std::string& run) const;

  crypto::SealingKey run_key(const std::string& run);  // made once, kept until the run ends well
  bool can_resume(const std::string& run) const;       // its key is still there

  // Exclusive locks on all nodes or none. A node held by a run that is alive is refused with
  // Error(refused) that names node, operator, run and since when; one held by a dead run is taken
  // over, unless that run can be resumed and `steal` is false.
  std::vector<Lock> lock(const std::string& run, const std::vector<std::string>& nodes,
                         bool steal = false);
  // The same refusal, and nothing is taken.
  void require_free(const std::string& run, const std::vector<std::string>& nodes,
                    bool steal = false) const;
  void unlock(const std::string& run);
  std::vector<Lock> locks() const;

  RunStore(RunStore&&) noexcept;
  ~RunStore();

 private:
  struct Parts;
  explicit RunStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::store

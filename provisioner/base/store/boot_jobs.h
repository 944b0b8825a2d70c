#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provisioner/base/store/node_records.h"

namespace provisioner::store {

// What somebody approved: it is used once, and only for as long as it lives.
struct Approval {
  std::string digest;  // SHA-256 over the plan as it was shown
  value::Value plan;
  std::string approved_by;
};

// What one node is to do when it boots from the network.
struct BootJob {
  std::int64_t id = 0;
  std::string node, run;
  value::Value order;  // machine/image's boot service knows its shape
  int fetches = 0;     // of the boot script, since the node last reported
  WallTime begun = {};  // or taken up again
};

// What came of a job, open or ended.
struct JobEnd {
  std::string node;
  WallTime begun;                 // or taken up again
  std::optional<WallTime> ended;  // absent: it is open
  std::string outcome;            // "installed", or what ended it; "" of an open one
  bool was_fetched = false;       // its node has had a boot script of it
};

enum class TokenAnswer : std::uint8_t { good, unknown, used, expired, wrong_stage };
std::string_view name_of(TokenAnswer answer);

// What came of a token, and what follows it.
struct TokenUse {
  TokenAnswer answer = TokenAnswer::unknown;
  std::optional<BootJob> job;  // of a token that we made, also where it is no good
  std::string next;            // the token for the next stage; only where it was good
};

// Plans, jobs and their one-time tokens. A token is 128 random bits, hex; kept as its SHA-256
// alone. Each function is one durable transaction. One object a thread. Throws Error.
class BootJobs {
 public:
  static BootJobs open(const std::string& directory);

  // The plan's digest, by which it is approved within `lifetime`.
  std::string keep_plan(const value::Value& plan, std::chrono::seconds lifetime);
  // Throws Error(refused) for one that nobody made, that was used, or that is too old.
  Approval use_plan(const std::string& digest, const std::string& approved_by);

  // Ends what the node still has to do, and gives it this. The job's token is made by `arm`.
  std::int64_t begin(const std::string& node, const std::string& run, const value::Value& order);
  // The one token for the boot script of this job: those before it are void.
  std::string arm(std::int64_t job, std::chrono::seconds lifetime);
  bool is_armed(std::int64_t job) const;  // a token for its boot script waits for the node
  void end(std::int64_t job, const std::string& outcome);
  // Somebody takes it up again: it is as old as that. False where it has ended.
  bool take_up(std::int64_t job, WallTime now);
  bool was_fetched(std::int64_t job) const;  // its node has had a boot script of it
  // Whether a job of this run ended with this outcome.
  bool has_ended(const std::string& node, const std::string& run, const std::string& outcome) const;
  // The run of another job of the node that ended with this outcome: one that began after the first
  // job that this run had for it, or after `since`.
  std::optional<std::string> ended_after(const std::string& node, const std::string& run,
                                         WallTime since, const std::string& outcome) const;
  // When the last job of the node with this outcome ended.
  std::optional<WallTime> last_end(const std::string& node, const std::string& outcome) const;
  // How the last job of a node ended; "" where it is open, or there was none.
  std::string last_outcome(const std::string& node) const;
  // All that this run has begun, in that order.
  std::vector<JobEnd> ends_of(const std::string& run) const;
  std::vector<BootJob> open_jobs() const;
  std::optional<BootJob> open_job(const std::string& node) const;

  // Uses up a token for `stage`. The boot script's stage is `boot`: it counts a fetch, and voids
  // all other tokens of its job; any other stage forgets the fetches. The next token is good for
  // each of `next_stages`, separated by blanks.
  TokenUse use_token(const std::string& token, const std::string& stage,
                     const std::string& next_stages, std::chrono::seconds lifetime);

  BootJobs(BootJobs&&) noexcept;
  ~BootJobs();

 private:
  struct Parts;
  explicit BootJobs(std::unique_ptr<Parts> parts);
  TokenUse judged(const std::string& hash, const std::string& stage) const;
  std::string new_token(std::int64_t job, const std::string& stages, std::chrono::seconds lifetime);
  std::unique_ptr<Parts> parts_;
};

}  // namespace provisioner::store

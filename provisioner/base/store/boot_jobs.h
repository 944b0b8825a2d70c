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
  bool has_written = false;  // its node has begun to change its disks
};

// How a job ended; the numbers lie in the store.
enum class JobEnd : std::uint8_t {
  other = 0,
  installed = 1,  // its image is on the disk
  refused = 2,    // its RAM disk found that what was approved is not so, and has written nothing
};

// A job, open or ended.
struct JobRecord {
  std::string node;
  WallTime begun;                 // or taken up again
  std::optional<WallTime> ended;  // absent: it is open
  JobEnd end = JobEnd::other;
  std::string outcome;       // "installed", or what ended it; "" of an open one
  bool was_fetched = false;  // its node has had a boot script of it
};

// What was last written onto a node's disks.
struct LastWrite {
  WallTime time;          // when it was whole, or else when it began
  bool is_whole = false;  // not cut off
  value::Value order;     // of its job
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
  void end(std::int64_t job, const std::string& outcome, JobEnd end = JobEnd::other);
  // Somebody takes it up again: it is as old as that. False where it has ended.
  bool take_up(std::int64_t job, WallTime now);
  bool was_fetched(std::int64_t job) const;  // its node has had a boot script of it
  void set_written(std::int64_t job);  // its node is about to change its disks
  // Whether a job of this run ended `installed`.
  bool is_installed(const std::string& node, const std::string& run) const;
  // The run of another job of the node that ended `installed`: one that began after the first job
  // that this run had for it, or after `since`.
  std::optional<std::string> installed_after(const std::string& node, const std::string& run,
                                             WallTime since) const;
  std::optional<LastWrite> last_write(const std::string& node) const;
  // The last job of a node, or the last that this run had for it.
  std::optional<JobRecord> last_job(const std::string& node) const;
  std::optional<JobRecord> last_job(const std::string& node, const std::string& run) const;
  // All that this run has begun, in that order.
  std::vector<JobRecord> jobs_of_run(const std::string& run) const;
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

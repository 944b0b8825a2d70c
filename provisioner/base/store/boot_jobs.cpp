// Plans, boot jobs, one-time tokens.

#include "provisioner/base/store/boot_jobs.h"

#include <algorithm>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/database.h"
#include "provisioner/base/store/stored_time.h"
#include "provisioner/base/value/json.h"

namespace provisioner::store {

using base::Error;
using base::Kind;

struct BootJobs::Parts {
  Database database;
};

namespace {

constexpr const char* job_columns =
    "SELECT id, node, run, boot_order, fetches, created, written FROM boot_jobs WHERE ended IS "
    "NULL ";

// Whoever has a boot script has the token of the next stage with it.
constexpr const char* fetched =
    "EXISTS (SELECT 1 FROM boot_tokens t WHERE t.stages <> 'boot' AND t.job = ";

// What lies in the store as a number.
constexpr auto installed = static_cast<std::int64_t>(JobEnd::installed);

const std::string records =
    std::string("SELECT node, created, ended, end_kind, coalesce(outcome, ''), ") + fetched +
    "j.id) FROM boot_jobs j WHERE ";

std::int64_t now() { return microseconds_of(os::system_clock().wall()); }
std::int64_t after(std::chrono::seconds lifetime) {
  return now() + std::chrono::microseconds(lifetime).count();
}

BootJob job_of(const Statement& row) {
  return {row.number(0), row.text(1), row.text(2), value::read_json(row.text(3)),
          static_cast<int>(row.number(4)), time_of(row.number(5)), !row.is_null(6)};
}

JobRecord record_of(const Statement& row) {
  JobRecord record{.node = row.text(0),
                   .begun = time_of(row.number(1)),
                   .ended = {},
                   .end = static_cast<JobEnd>(row.number(3)),
                   .outcome = row.text(4),
                   .was_fetched = row.number(5) != 0};
  if (!row.is_null(2)) record.ended = time_of(row.number(2));
  return record;
}

std::vector<BootJob> jobs_of(Statement row) {
  std::vector<BootJob> jobs;
  while (row.step()) jobs.push_back(job_of(row));
  return jobs;
}

bool names(const std::string& stages, const std::string& stage) {
  const std::vector<std::string> words = base::split(stages, ' ');
  return std::ranges::find(words, stage) != words.end();
}

Error stale(const std::string& digest, const std::string& because) {
  return Error(Kind::refused, "the plan '" + digest.substr(0, 12) + "' " + because)
      .set_hint("make a new one: the same command without --apply");
}

void count_fetch(Database& database, std::int64_t job) {
  Statement count = database.prepare("UPDATE boot_jobs SET fetches = fetches + 1 WHERE id = ?");
  count.bind(1, job).run();
  Statement forget =
      database.prepare("UPDATE boot_tokens SET used = ? WHERE job = ? AND used IS NULL");
  forget.bind(1, now()).bind(2, job).run();
}

void forget_fetches(Database& database, std::int64_t job) {
  Statement forget = database.prepare("UPDATE boot_jobs SET fetches = 0 WHERE id = ?");
  forget.bind(1, job).run();
}

}  // namespace

std::string_view name_of(TokenAnswer answer) {
  switch (answer) {
    case TokenAnswer::good:
      return "good";
    case TokenAnswer::unknown:
      return "unknown";
    case TokenAnswer::used:
      return "used before";
    case TokenAnswer::expired:
      return "expired";
    case TokenAnswer::wrong_stage:
      return "of another stage";
  }
  return "";
}

BootJobs::BootJobs(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
BootJobs::BootJobs(BootJobs&&) noexcept = default;
BootJobs::~BootJobs() = default;

BootJobs BootJobs::open(const std::string& directory) {
  return BootJobs(std::make_unique<Parts>(Parts{Database::open(directory)}));
}

std::string BootJobs::keep_plan(const value::Value& plan, std::chrono::seconds lifetime) {
  const std::string text = value::write_json(plan);
  // Two plans that say the same are still two approvals.
  const std::string digest = crypto::sha256(text + crypto::random_bytes(16));
  Statement keep = parts_->database.prepare(
      "INSERT INTO plans (digest, plan, created, expires) VALUES (?,?,?,?)");
  keep.bind(1, digest).bind(2, text).bind(3, now()).bind(4, after(lifetime)).run();
  return digest;
}

Approval BootJobs::use_plan(const std::string& digest, const std::string& approved_by) {
  Transaction transaction(parts_->database);
  Statement row = parts_->database.prepare(
      "SELECT plan, expires, used, used_by, digest FROM plans "
      "WHERE substr(digest, 1, length(?1)) = ?1 AND length(?1) >= 12");
  row.bind(1, digest);
  if (!row.step()) throw stale(digest, "is not known");
  Approval approval{row.text(4), value::read_json(row.text(0), "<plan>", true), approved_by};
  if (!row.is_null(2))
    throw stale(digest, "was used already, by " + row.text(3) + " at " +
                            os::utc_text(time_of(row.number(2))));
  if (row.number(1) < now())
    throw stale(digest, "is too old: it lived until " + os::utc_text(time_of(row.number(1))));
  Statement use =
      parts_->database.prepare("UPDATE plans SET used = ?, used_by = ? WHERE digest = ?");
  use.bind(1, now()).bind(2, approved_by).bind(3, approval.digest).run();
  transaction.commit();
  return approval;
}

std::int64_t BootJobs::begin(const std::string& node, const std::string& run,
                             const value::Value& order) {
  Transaction transaction(parts_->database);
  if (const auto former = open_job(node)) end(former->id, "another job took its place");
  Statement begin = parts_->database.prepare(
      "INSERT INTO boot_jobs (node, run, boot_order, created, fetches) VALUES (?,?,?,?,0)");
  begin.bind(1, node).bind(2, run).bind(3, value::write_json(order)).bind(4, now()).run();
  const std::int64_t id = parts_->database.last_id();
  transaction.commit();
  return id;
}

std::string BootJobs::arm(std::int64_t job, std::chrono::seconds lifetime) {
  Transaction transaction(parts_->database);
  Statement forget = parts_->database.prepare(
      "UPDATE boot_tokens SET used = ? WHERE job = ? AND stages = 'boot' AND used IS NULL");
  forget.bind(1, now()).bind(2, job).run();
  std::string token = new_token(job, "boot", lifetime);
  transaction.commit();
  return token;
}

bool BootJobs::is_armed(std::int64_t job) const {
  Statement row = parts_->database.prepare(
      "SELECT 1 FROM boot_tokens t JOIN boot_jobs j ON j.id = t.job WHERE t.job = ? AND t.stages = "
      "'boot' AND t.used IS NULL AND t.expires > ? AND j.ended IS NULL");
  row.bind(1, job).bind(2, now());
  return row.step();
}

void BootJobs::end(std::int64_t job, const std::string& outcome, JobEnd how) {
  Statement end = parts_->database.prepare(
      "UPDATE boot_jobs SET ended = ?, outcome = ?, end_kind = ? WHERE id = ? AND ended IS NULL");
  end.bind(1, now()).bind(2, outcome).bind(3, static_cast<std::int64_t>(how)).bind(4, job).run();
}

void BootJobs::set_written(std::int64_t job) {
  Statement set =
      parts_->database.prepare("UPDATE boot_jobs SET written = ? WHERE id = ? AND written IS NULL");
  set.bind(1, now()).bind(2, job).run();
}

bool BootJobs::take_up(std::int64_t job, WallTime now) {
  Transaction transaction(parts_->database);
  Statement row =
      parts_->database.prepare("SELECT 1 FROM boot_jobs WHERE id = ? AND ended IS NULL");
  if (!row.bind(1, job).step()) return false;
  Statement renew = parts_->database.prepare("UPDATE boot_jobs SET created = ? WHERE id = ?");
  renew.bind(1, microseconds_of(now)).bind(2, job).run();
  transaction.commit();
  return true;
}

bool BootJobs::was_fetched(std::int64_t job) const {
  Statement row = parts_->database.prepare(std::string("SELECT ") + fetched + "?)");
  row.bind(1, job);
  return row.step() && row.number(0) != 0;
}

bool BootJobs::is_installed(const std::string& node, const std::string& run) const {
  Statement row = parts_->database.prepare(
      "SELECT 1 FROM boot_jobs WHERE node = ? AND run = ? AND end_kind = ?");
  row.bind(1, node).bind(2, run).bind(3, installed);
  return row.step();
}

std::optional<std::string> BootJobs::installed_after(const std::string& node,
                                                     const std::string& run,
                                                     WallTime since) const {
  Statement row = parts_->database.prepare(
      "SELECT run FROM boot_jobs WHERE node = ?1 AND run <> ?2 AND end_kind = ?4 AND (created >= "
      "?3 OR id > (SELECT min(id) FROM boot_jobs WHERE node = ?1 AND run = ?2)) "
      "ORDER BY id DESC LIMIT 1");
  row.bind(1, node).bind(2, run).bind(3, microseconds_of(since)).bind(4, installed);
  if (!row.step()) return std::nullopt;
  return row.text(0);
}

std::optional<LastWrite> BootJobs::last_write(const std::string& node) const {
  Statement row = parts_->database.prepare(
      "SELECT CASE WHEN end_kind = ?2 THEN ended ELSE written END, end_kind = ?2, boot_order FROM "
      "boot_jobs WHERE node = ?1 AND (written IS NOT NULL OR end_kind = ?2) "
      "ORDER BY id DESC LIMIT 1");
  row.bind(1, node).bind(2, installed);
  if (!row.step()) return std::nullopt;
  return LastWrite{time_of(row.number(0)), row.number(1) != 0, value::read_json(row.text(2))};
}

std::optional<JobRecord> BootJobs::last_job(const std::string& node) const {
  Statement row = parts_->database.prepare(records + "j.node = ? ORDER BY id DESC LIMIT 1");
  row.bind(1, node);
  if (!row.step()) return std::nullopt;
  return record_of(row);
}

std::optional<JobRecord> BootJobs::last_job(const std::string& node,
                                            const std::string& run) const {
  Statement row =
      parts_->database.prepare(records + "j.node = ? AND j.run = ? ORDER BY id DESC LIMIT 1");
  row.bind(1, node).bind(2, run);
  if (!row.step()) return std::nullopt;
  return record_of(row);
}

std::vector<JobRecord> BootJobs::jobs_of_run(const std::string& run) const {
  Statement row = parts_->database.prepare(records + "j.run = ? ORDER BY id");
  row.bind(1, run);
  std::vector<JobRecord> jobs;
  while (row.step()) jobs.push_back(record_of(row));
  return jobs;
}

std::vector<BootJob> BootJobs::open_jobs() const {
  return jobs_of(parts_->database.prepare(std::string(job_columns) + "ORDER BY node"));
}

std::optional<BootJob> BootJobs::open_job(const std::string& node) const {
  Statement row = parts_->database.prepare(std::string(job_columns) + "AND node = ?");
  row.bind(1, node);
  if (!row.step()) return std::nullopt;
  return job_of(row);
}

std::string BootJobs::new_token(std::int64_t job, const std::string& stages,
                                std::chrono::seconds lifetime) {
  std::string token = crypto::random_token();
  Statement add = parts_->database.prepare(
      "INSERT INTO boot_tokens (hash, job, stages, expires) VALUES (?,?,?,?)");
  add.bind(1, crypto::sha256(token)).bind(2, job).bind(3, stages).bind(4, after(lifetime)).run();
  return token;
}

TokenUse BootJobs::judged(const std::string& hash, const std::string& stage) const {
  Statement row = parts_->database.prepare(
      "SELECT t.job, t.stages, t.expires, t.used, j.node FROM boot_tokens t JOIN boot_jobs j "
      "ON j.id = t.job WHERE t.hash = ?");
  row.bind(1, hash);
  if (!row.step()) return {};
  TokenUse use;
  use.job = open_job(row.text(4));
  const bool is_open = use.job && use.job->id == row.number(0);
  if (!is_open || !row.is_null(3))
    use.answer = TokenAnswer::used;
  else if (row.number(2) < now())
    use.answer = TokenAnswer::expired;
  else if (!names(row.text(1), stage))
    use.answer = TokenAnswer::wrong_stage;
  else
    use.answer = TokenAnswer::good;
  return use;
}

TokenUse BootJobs::use_token(const std::string& token, const std::string& stage,
                             const std::string& next_stages, std::chrono::seconds lifetime) {
  Transaction transaction(parts_->database);
  const std::string hash = crypto::sha256(token);
  TokenUse use = judged(hash, stage);
  if (use.answer != TokenAnswer::good) return use;
  Statement spend = parts_->database.prepare("UPDATE boot_tokens SET used = ? WHERE hash = ?");
  spend.bind(1, now()).bind(2, hash).run();
  if (stage == "boot")
    count_fetch(parts_->database, use.job->id);
  else
    forget_fetches(parts_->database, use.job->id);
  use.job = open_job(use.job->node);
  use.next = new_token(use.job->id, next_stages, lifetime);
  transaction.commit();
  return use;
}

}  // namespace provisioner::store

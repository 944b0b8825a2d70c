// What nodes that boot are told, and what becomes of what they say.

#include "provisioner/machine/reimage/job_desk.h"

#include <algorithm>
#include <limits>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"
#include "provisioner/machine/metal/stage_move.h"
#include "provisioner/machine/reimage/likely_cause.h"
#include "provisioner/machine/reimage/reported_keys.h"

namespace provisioner::reimage {

using base::Error;
using base::Kind;
using metal::Stage;
using value::Dict;
using value::List;
using value::Value;

namespace {

constexpr std::chrono::minutes token_lifetime{30};
constexpr std::chrono::hours job_lifetime{1};  // without a sign of its node: that of an approval
constexpr std::size_t most_strangers = 1000;
constexpr int most_fetches = 3;  // of the boot script without a report: then it is a boot loop
constexpr const char* first_boot = "the first boot from its disk";
constexpr const char* us = "boot service";
constexpr const char* while_writing = "writing installed failed";

// The stages in which the next token may be used, by the stage of this one.
const std::map<std::string, std::string>& stages_after() {
  static const std::map<std::string, std::string> stages = {
      {"boot", "booted failed"},
      {"booted", while_writing},
      {"writing", while_writing},
      {"installed", "failed"},
      {"failed", "failed"},
  };
  return stages;
}

http::Answer json(int status, Dict members) {
  return {.status = status, .body = value::write_json(Value(std::move(members))) + "\n"};
}

http::Answer refusal(const store::TokenUse& use) {
  return json(403, {{"because", "the token is " + std::string(name_of(use.answer))}});
}

bool is_before_writing(const store::NodeState& state) {
  return state.state == name_of(Stage::armed) || state.state == name_of(Stage::booting);
}

std::string bare(const std::string& address) { return address.substr(0, address.find('/')); }

// A node may say any number.
std::int64_t percent(std::int64_t done, std::int64_t of) {
  constexpr std::int64_t whole = 100;
  done = std::clamp<std::int64_t>(done, 0, of);
  return of < std::numeric_limits<std::int64_t>::max() / whole ? done * whole / of
                                                                 : done / (of / whole);
}

}  // namespace

struct JobDesk::Report {
  const store::BootJob& job;
  BootOrder order;
  std::string stage;
  Value body;
};

JobDesk::JobDesk(const std::string& state_directory, std::string server, PublicFile public_file,
                 Racks racks)
    : records_(store::NodeRecords::open(state_directory)),
      jobs_(store::BootJobs::open(state_directory)),
      host_keys_(store::HostKeyStore::open(state_directory)),
      server_(std::move(server)),
      public_file_(std::move(public_file)),
      racks_(racks),
      refusals_([this](const std::string& node, const std::string& text) {
        note(node, "http", text);
      }) {
  finish_installed();
}

JobDesk::~JobDesk() {
  try {
    refusals_.tell_all();
  } catch (...) {  // those that were told one by one are in the store
  }
}

// A desk that was killed between the end of a job and the step that follows from it.
void JobDesk::finish_installed() {
  for (const store::NodeState& state : records_.states()) {
    if (state.state != name_of(Stage::writing)) continue;
    const auto last = jobs_.last_job(state.node);
    if (last && last->end == store::JobEnd::installed)
      move(state.node, Stage::installed, first_boot);
  }
}

void JobDesk::note(const std::string& node, const std::string& source, const std::string& text) {
  records_.add_line({node, {}, source, text});
}

void JobDesk::move(const std::string& node, Stage to, const std::string& detail) {
  metal::move_node(records_, node, to, detail, us);
}

std::vector<image::ArmedNode> JobDesk::armed() {
  const std::lock_guard guard(mutex_);
  refusals_.tell_past_minutes();
  end_forgotten_jobs();
  std::vector<image::ArmedNode> nodes;
  std::map<std::int64_t, std::string> tokens;
  for (const store::BootJob& job : jobs_.open_jobs()) {
    const auto known = boot_tokens_.find(job.id);
    // One that has become too old is replaced: a node may come hours after it was armed.
    const bool is_good = known != boot_tokens_.end() && jobs_.is_armed(job.id);
    tokens[job.id] = is_good ? known->second : jobs_.arm(job.id, token_lifetime);
    const BootOrder order = order_of(job.order);
    nodes.push_back({job.node, order.macs, bare(order.address), "/boot/" + tokens[job.id]});
    nodes_[bare(order.address)] = job.node;
    for (const std::string& mac : order.macs) nodes_[mac] = job.node;
  }
  boot_tokens_ = std::move(tokens);
  return nodes;
}

// A node that boots from the network weeks later, for whatever reason, must not be erased by what
// was approved then.
void JobDesk::end_forgotten_jobs() {
  for (const store::BootJob& job : jobs_.open_jobs()) {
    const auto state = records_.state(job.node);
    if (!is_forgotten(job, state)) continue;
    const std::string because = "nothing was heard of it for an hour, and its disk was not being "
                                "written: disarmed";
    jobs_.end(job.id, because);
    note(job.node, "job", because);
    if (state && is_before_writing(*state)) move(job.node, Stage::failed, because);
  }
}

// One that is writing goes on whenever it comes back: its disk is lost anyhow.
bool JobDesk::is_forgotten(const store::BootJob& job,
                           const std::optional<store::NodeState>& state) const {
  const store::WallTime now = os::system_clock().wall();
  if (now - job.begun <= job_lifetime) return false;
  if (!jobs_.was_fetched(job.id)) return true;
  return state && is_before_writing(*state) &&
         now - metal::last_sign(records_, *state) > job_lifetime;
}

store::TokenUse JobDesk::use(const std::string& token, const std::string& stage,
                             const std::string& peer) {
  const auto after = stages_after().find(stage);
  const std::string next = after == stages_after().end() ? "" : after->second;
  store::TokenUse use = jobs_.use_token(token, stage, next, token_lifetime);
  if (use.answer == store::TokenAnswer::good) return use;
  // A guess belongs to no node: it is kept under nobody's name.
  const bool is_known = stage == "waiting" || after != stages_after().end();
  refusals_.add(use.job ? use.job->node : "", peer, is_known ? stage : "a stage that is none",
                "the token is " + std::string(name_of(use.answer)));
  return use;
}

void JobDesk::give_up(const store::BootJob& job, const std::string& because, store::JobEnd end) {
  jobs_.end(job.id, because, end);
  boot_tokens_.erase(job.id);
  peers_.forget(job.node);
  note(job.node, "job", because);
  try {
    move(job.node, Stage::failed, because);
  } catch (const Error& error) {
    // It is in maintenance by now: the refusal is in its flight recorder.
    if (error.kind() != Kind::refused) throw;
  }
}

http::Answer JobDesk::boot_script(const std::string& token, const std::string& peer) {
  const std::lock_guard guard(mutex_);
  const store::TokenUse use = this->use(token, "boot", peer);
  if (use.answer != store::TokenAnswer::good) return refusal(use);
  boot_tokens_.erase(use.job->id);
  if (use.job->fetches > most_fetches) {
    give_up(*use.job, "it fetched the boot script " + std::to_string(most_fetches) +
                          " times and never reported: disarmed" + trouble_of(use.job->node));
    return json(409, {{"because", "disarmed"}});
  }
  note(use.job->node, "http", "boot script to " + peer);
  try {
    move(use.job->node, Stage::booting, "kernel and RAM disk");
  } catch (const Error& error) {
    if (error.kind() != Kind::refused) throw;
    return json(409, {{"because", error.message()}});
  }
  return {.content_type = "text/plain",
          .body = reimage::boot_script(order_of(use.job->order), server_, use.next)};
}

// What its console said since its last boot script, where somebody reads it.
std::string JobDesk::trouble_of(const std::string& node) const {
  std::vector<store::NodeLine> lines;
  records_.each_line(node, os::system_clock().wall() - token_lifetime,
                     [&](const store::NodeLine& line) { lines.push_back(line); });
  const auto trouble = trouble_on_console(lines);
  return trouble ? "; " + *trouble : "";
}

Dict JobDesk::booted(const Report& report) {
  if (const Value* facts = report.body.find("facts"))
    records_.put_hardware(
        {report.job.node, {},
         report.order.errand == Errand::look ? "ram disk" : store::seen_in_reimage, *facts});
  if (report.order.errand == Errand::look) {
    move(report.job.node, Stage::discovered, "");
    jobs_.end(report.job.id, "its hardware is known");
    return {{"action", "power off"}};
  }
  move(report.job.node, Stage::writing, "the disks are looked at");
  count_gifts(bare(report.order.address));
  Dict answer{{"action", "write"}, {"order", report.order.deploy}};
  name_peers(report, answer);
  return answer;
}

void JobDesk::name_peers(const Report& report, Dict& answer) {
  if (racks_ == Racks::apart || report.order.rack.empty()) return;
  const os::Instant now = os::system_clock().now();
  const std::string& node = report.job.node;
  const auto before = peers_.url(node);
  peers_.heard(report.job, report.order, report.body, now);
  if (const auto url = peers_.url(node); url && url != before)
    note(node, "job", "it gives chunks to its rack at " + *url);
  const std::vector<std::string> urls = peers_.peers_of(node, now);
  answer.set("peers", List(urls.begin(), urls.end()));
  answer.set("start", start_of(report.job.id));
}

// A RAM disk tells of each step before it takes it: the first report comes before the first byte.
Dict JobDesk::writing(const Report& report) {
  jobs_.set_written(report.job.id);
  const std::int64_t done = value::integer_or(report.body, "done", 0);
  const std::int64_t of = value::integer_or(report.body, "of", 0);
  std::string detail = value::text_or(report.body, "step", "");
  if (of > 0) detail += (detail.empty() ? "" : ", ") + std::to_string(percent(done, of)) + " %";
  move(report.job.node, Stage::writing, detail.substr(0, 200));
  Dict answer{{"action", "go on"}};
  name_peers(report, answer);
  return answer;
}

// Once a job is done no power cycle can begin it again: one approval erases once. A desk that is
// killed between these lines takes up the rest when it begins anew.
Dict JobDesk::installed(const Report& report) {
  const std::vector<store::HostKey> keys = reported_keys(report.job.node, report.body);
  move(report.job.node, Stage::writing, "all of it is on the disk");
  pin_reported(host_keys_, keys);
  jobs_.end(report.job.id, "installed", store::JobEnd::installed);
  move(report.job.node, Stage::installed, first_boot);
  boot_tokens_.erase(report.job.id);
  note_source(report);
  return last_answer(report);
}

// The job has ended: what a node does for its rack from now on changes nothing for itself.
Dict JobDesk::last_answer(const Report& report) {
  const std::string& node = report.job.node;
  const os::Instant now = os::system_clock().now();
  const auto time = peers_.time_to_serve(node, now);
  if (!time) {
    peers_.forget(node);
    return {{"action", "reboot"}};
  }
  peers_.serves(node, *time, now);
  note(node, "job", "it goes on to serve its rack, for " + std::to_string(time->count()) +
                        " s at most");
  return {{"action", "serve"}, {"seconds", std::int64_t{time->count()}}};
}

void JobDesk::note_source(const Report& report) {
  const auto given = gifts_of(bare(report.order.address));
  if (!given) return;  // another boot service has begun it
  std::string text = "its image: " + std::to_string(*given) + " bytes from here";
  if (const Value* rack = report.body.find("rack"))
    text += ", " + std::to_string(value::integer_or(*rack, "taken", 0)) + " from its rack";
  note(report.job.node, "http", text);
}

void JobDesk::count_gifts(const std::string& address) {
  const std::lock_guard guard(given_mutex_);
  given_[address] = 0;
}

std::optional<std::uint64_t> JobDesk::gifts_of(const std::string& address) {
  const std::lock_guard guard(given_mutex_);
  const auto given = given_.extract(address);
  return given.empty() ? std::nullopt : std::optional(given.mapped());
}

// One whose disks are what they were goes back to what it ran before.
Dict JobDesk::failed(const Report& report) {
  const std::string because =
      value::text_or(report.body, "because", "it gave no reason").substr(0, 500);
  if (value::boolean_or(report.body, "is_refused", false))
    give_up(report.job, "refused by its RAM disk: " + because, store::JobEnd::refused);
  else
    give_up(report.job, because);
  const bool is_as_it_was = report.order.errand == Errand::write && !report.job.has_written;
  return {{"action", is_as_it_was ? "reboot" : "power off"}};
}

Dict JobDesk::answer_to(const Report& report) {
  if (report.stage == "booted" || report.stage == "waiting") return booted(report);
  if (report.stage == "writing") return writing(report);
  if (report.stage == "installed") return installed(report);
  return failed(report);
}

http::Answer JobDesk::report(const std::string& stage, const std::string& token,
                             const std::string& body, const std::string& peer) {
  const std::lock_guard guard(mutex_);
  const store::TokenUse use = this->use(token, stage, peer);
  if (use.answer != store::TokenAnswer::good) return refusal(use);
  try {
    const Report report{*use.job, order_of(use.job->order), stage, value::read_json(body)};
    if (stage != "writing") note(use.job->node, "agent", stage);
    Dict answer = answer_to(report);
    answer.set("token", use.next);
    return json(200, std::move(answer));
  } catch (const Error& error) {
    // A node whose words make no sense once will not make more sense after a reboot. One that only
    // comes at a wrong moment may: a power cycle has overtaken it.
    if (error.kind() != Kind::refused)
      give_up(*use.job, "its report '" + stage + "' was refused: " + error.message());
    return json(409, {{"because", error.message()}});
  }
}

std::optional<std::string> JobDesk::public_file(const std::string& digest) {
  return public_file_(digest);
}

void JobDesk::gave(const std::string& peer, std::uint64_t bytes) {
  const std::lock_guard guard(given_mutex_);
  const auto given = given_.find(peer);
  if (given != given_.end()) given->second += bytes;
}

void JobDesk::saw(const std::string& whom, const std::string& source, const std::string& text) {
  const std::lock_guard guard(mutex_);
  const auto node = nodes_.find(whom);
  if (node != nodes_.end() || whom.empty())
    note(whom.empty() ? "" : node->second, source, text);
  else if (source == "dhcp")
    saw_stranger(whom, text);
}

// Machines that nobody has put into the inventory yet; each asks every few seconds.
void JobDesk::saw_stranger(const std::string& mac, const std::string& text) {
  if (!strangers_.contains(mac) && strangers_.size() == most_strangers) return;
  store::WallTime& told = strangers_[mac];
  const store::WallTime now = os::system_clock().wall();
  if (now - told < std::chrono::minutes(1)) return;
  told = now;
  note("", "dhcp", text);
}

void JobDesk::refused(const std::string& peer, const std::string& what,
                      const std::string& because) {
  const std::lock_guard guard(mutex_);
  const auto node = nodes_.find(peer);
  refusals_.add(node == nodes_.end() ? "" : node->second, peer.empty() ? "a peer" : peer, what,
                because);
}

}  // namespace provisioner::reimage

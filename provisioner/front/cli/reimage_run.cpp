// Nodes on their way from a power cycle to service.

#include "provisioner/front/cli/reimage_run.h"

#include <unistd.h>

#include <iostream>
#include <mutex>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/engine/run/task_pump.h"
#include "provisioner/engine/transport/greeting.h"
#include "provisioner/front/cli/departure.h"
#include "provisioner/front/cli/first_log_in.h"
#include "provisioner/front/cli/node_line.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/program.h"
#include "provisioner/front/cli/run_record.h"
#include "provisioner/front/cli/signal_watch.h"
#include "provisioner/machine/image/boot_service.h"
#include "provisioner/machine/image/image_store.h"
#include "provisioner/machine/metal/bmc_address.h"
#include "provisioner/machine/metal/bmc_lock.h"
#include "provisioner/machine/metal/stage_move.h"
#include "provisioner/machine/reimage/console_watch.h"
#include "provisioner/machine/reimage/deploy_order.h"
#include "provisioner/machine/reimage/guard_lock.h"
#include "provisioner/machine/reimage/likely_cause.h"
#include "provisioner/machine/reimage/node_walk.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using metal::Stage;
using value::Value;

constexpr std::chrono::seconds to_connect{1};
constexpr std::chrono::seconds to_greet{15};  // a system that boots is slow
constexpr std::chrono::minutes to_let_us_in{1};

// What is said of nodes, a line at a time, whoever says it.
class Lines {
 public:
  explicit Lines(std::ostream& out) : out_(out) {}

  void say(const std::string& node, const std::string& text) {
    const std::lock_guard guard(mutex_);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(
                             os::system_clock().now() - begun_)
                             .count();
    out_ << "[" << seconds << " s] " << node_line(node, text) << std::endl;
  }

 private:
  std::ostream& out_;
  std::mutex mutex_;
  os::Instant begun_ = os::system_clock().now();
};

constexpr std::chrono::seconds power_silence{30};

// One node with all that is its own in its thread.
class OneNode {
 public:
  OneNode(const NamedNode& node, const std::string& run, Lines& lines)
      : node_(node),
        run_(run),
        lines_(lines),
        records_(store::NodeRecords::open(state_directory())),
        jobs_(store::BootJobs::open(state_directory())) {}

  // Throws Error(refused) where something speaks against taking the node away.
  using Guarded = std::function<void()>;

  void boot(const Value& order, Stage goal, const Guarded& guarded) {
    try {
      send(order, goal, guarded);
    } catch (const Error&) {
      tell_of_armed();
      throw;
    }
  }

  // What speaks against a node that is yet to be written ends what it still has to do.
  void hold_against(const EarlierApproval& approval, const Value& plan) {
    try {
      require_as_approved(node_, *planned_node(plan, node_.name), approval, records_, jobs_);
    } catch (const Error& error) {
      const auto open = own_job();
      if (!open) throw;
      jobs_.end(*open, error.message());
      if (has_left() || is(Stage::armed)) move(Stage::failed, error.message());
      throw;
    }
  }

  // Whether this run has brought its image onto the disk already: it never does so twice.
  bool is_written() const {
    return jobs_.has_ended(node_.name, run_, reimage::outcome_installed);
  }

  void await_log_in(const transport::SshPlace& place) {
    const os::Instant begin = os::system_clock().now();
    const os::Instant end = begin + metal::rule_of(Stage::installed).deadline;
    os::Instant asked = begin;
    while (transport::greetings({place}, to_connect, to_greet).front() !=
           transport::Greeting::ssh) {
      if (SignalWatch::has_come())
        throw Error(Kind::stopped, node_.name + ": stopped while it boots");
      if (os::system_clock().now() > end)
        throw Error(Kind::failed, node_.name + ": it has its image, and no SSH server answers at " +
                                      place.host + what_was_seen())
            .set_hint(std::string(metal::rule_of(Stage::installed).next_step));
      if (os::system_clock().now() - asked > power_silence) {
        restore_power();
        asked = os::system_clock().now();
      }
      metal::real_pause()(std::chrono::milliseconds(250));
    }
    lines_.say(node_.name, "its new system answers SSH");
  }

  void move(Stage stage, const std::string& detail = {}) {
    metal::move_node(records_, node_.name, stage, detail, operator_name());
  }

 private:
  void send(const Value& order, Stage goal, const Guarded& guarded) {
    const metal::Access access = node_.access();
    const os::Descriptor held = hold(access);
    const auto bmc = metal::open_bmc(access);
    metal::require_serial(*bmc, node_.node.hardware.serial, std::chrono::seconds(20));
    reimage::NodeWalk::Surroundings around{.records = records_,
                                           .jobs = jobs_,
                                           .bmc = *bmc,
                                           .clock = os::system_clock(),
                                           .pause = metal::real_pause(),
                                           .is_stopped = SignalWatch::has_come,
                                           .is_served =
                                               [] { return image::is_at_work(boot_directory()); },
                                           .changed_by = operator_name(),
                                           .patience = {}};
    const auto tell = [&](const store::NodeState& state) {
      lines_.say(node_.name,
                 state.state + (state.detail.empty() ? "" : ": " + state.detail));
    };
    const bool is_on_its_way = own_job() && (has_left() || is(Stage::armed));
    const std::int64_t job = this->job(order, guarded);
    watch_console(*bmc);
    reimage::NodeWalk walk(node_.name, job, around, tell);
    try {
      walk.walk_to(goal);
    } catch (const Error& error) {
      // One that never went is not to be taken away by its own next reboot.
      if (!is_on_its_way && !walk.was_sent()) jobs_.end(job, error.message());
      throw;
    }
  }

  static os::Descriptor hold(const metal::Access& access) {
    const std::string who = operator_name() + ", process " + std::to_string(::getpid());
    return metal::hold_bmc(state_directory(), metal::read_bmc_address(access.address).key(), who);
  }

  // One that loses its power in its first boot stays off until somebody switches it on. Where its
  // BMC cannot be asked, the wait for its log-in goes on all the same.
  void restore_power() {
    try {
      const metal::Access access = node_.access();
      const os::Descriptor held = hold(access);
      const auto bmc = metal::open_bmc(access);
      metal::PowerChange change(*bmc, {}, os::system_clock(), metal::real_pause());
      if (change.look().power != metal::Power::off) return;
      records_.add_line({node_.name, {}, "bmc", "its power is off in its first boot: switched on"});
      lines_.say(node_.name, "its power is off: it is switched on again");
      change.bring(metal::PowerWish::on);
    } catch (const Error& error) {
      records_.add_line({node_.name, {}, "bmc", error.message()});
    }
  }

  // Nothing of it hinders the walk.
  void watch_console(metal::Bmc& bmc) {
    try {
      console_.emplace(node_.name, state_directory(), bmc.console_feed());
    } catch (const Error&) {
      // The store takes no lines: the walk meets that by itself.
    }
  }

  std::string what_was_seen() const {
    std::vector<store::NodeLine> lines;
    records_.each_line(node_.name, begun_,
                       [&](const store::NodeLine& line) { lines.push_back(line); });
    std::string text;
    if (const auto trouble = reimage::trouble_on_console(lines)) text += "; " + *trouble;
    if (const std::string seen = reimage::last_seen(lines); !seen.empty()) text += "; " + seen;
    return text;
  }

  // One that has left is away already. No other job begins between the answer and this one; where
  // it stays, nothing is left that would take it away later.
  std::int64_t job(const Value& order, const Guarded& guarded) {
    const auto open = own_job();
    if (open && has_left()) return *open;
    const os::Descriptor alone =
        reimage::hold_guards(state_directory(), os::system_clock(), metal::real_pause(),
                             SignalWatch::has_come);
    require_no_maintenance();
    try {
      guarded();
    } catch (const Error& error) {
      if (open) jobs_.end(*open, error.message());
      throw;
    }
    const bool is_open = open && jobs_.take_up(*open, os::system_clock().wall());
    const std::int64_t job = is_open ? *open : jobs_.begin(node_.name, run_, order);
    try {
      require_no_maintenance();  // `node state` moves the node first and then ends its job
    } catch (const Error& error) {
      jobs_.end(job, error.message());
      throw;
    }
    return job;
  }

  void require_no_maintenance() const {
    const auto state = records_.state(node_.name);
    if (state && state->state == name_of(Stage::maintenance))
      throw Error(Kind::refused, node_.name + " stays: " + state->changed_by +
                                     " has put it into maintenance: " + state->detail);
  }

  std::optional<std::int64_t> own_job() const {
    const auto open = jobs_.open_job(node_.name);
    return open && open->run == run_ ? std::optional(open->id) : std::nullopt;
  }

  bool is(Stage stage) const {
    const auto state = records_.state(node_.name);
    return state && state->state == name_of(stage);
  }
  bool has_left() const { return is(Stage::booting) || is(Stage::writing); }

  void tell_of_armed() {
    if (!own_job() || !is(Stage::armed)) return;
    lines_.say(node_.name,
               "it stays armed: where it boots from the network within an hour, it goes on; no "
               "more after: provisioner node state " + node_.name +
                   " maintenance --because ...");
  }

  const NamedNode& node_;
  const std::string& run_;
  Lines& lines_;
  store::NodeRecords records_;
  store::BootJobs jobs_;
  store::WallTime begun_ = os::system_clock().wall();
  std::optional<reimage::ConsoleWatch> console_;
};

Value order_for(const Value& plan, const std::string& node) {
  if (const Value* planned = planned_node(plan, node)) return *planned->find("order");
  throw Error(Kind::bug, "the plan has no order for '" + node + "'");
}

// Why a node is not there yet; "" where it is.
std::string bring(const ReimageRun& run, const NamedNode& node, const std::string& id,
                  Lines& lines) {
  try {
    OneNode one(node, id, lines);
    if (!one.is_written()) {
      if (run.earlier) one.hold_against(*run.earlier, run.plan);
      one.boot(order_for(run.plan, node.name), Stage::installed,
               [&] { require_unguarded(run.guards, run.nodes, node.name); });
    }
    one.await_log_in(node.ssh_place());
    return "";
  } catch (const Error& error) {
    lines.say(node.name, error.message());
    return error.message();
  }
}

// Of these nodes those that may not take the step are left out from here on.
void move_all(const ReimageRun& run, std::vector<std::string>& ready, Stage stage,
              const std::string& detail, const std::string& id, Lines& lines) {
  for (const NamedNode& node : run.nodes) {
    const auto found = std::ranges::find(ready, node.name);
    if (found == ready.end()) continue;
    try {
      OneNode(node, id, lines).move(stage, detail);
    } catch (const Error& error) {  // somebody has put it into maintenance meanwhile
      if (error.kind() != Kind::refused) throw;
      lines.say(node.name, error.message());
      ready.erase(found);
    }
  }
}

// Those that a playbook would reach; none where it was stopped meanwhile.
void keep_those_that_let_us_in(const ReimageRun& run, std::vector<std::string>& ready,
                               const std::string& id, Lines& lines, const std::atomic<int>& stop) {
  const auto problems = try_log_in(run.playbook, ready, to_let_us_in, stop);
  if (stop != 0) return ready.clear();
  for (const auto& [node, problem] : problems) {
    std::vector<std::string> alone = {node};
    lines.say(node, "its new system lets nobody in: " + problem);
    move_all(run, alone, Stage::failed, "its new system lets nobody in", id, lines);
    std::erase(ready, node);
  }
}

int configure(const ReimageRun& run, std::vector<std::string> ready, const std::string& id,
              Lines& lines, const std::atomic<int>& stop) {
  const std::size_t wanted = ready.size();
  const std::vector<std::string>& playbooks = run.playbook.playbooks;
  move_all(run, ready, Stage::configuring,
           playbooks.empty() ? "the first log-in" : playbooks.front(), id, lines);
  if (!ready.empty()) keep_those_that_let_us_in(run, ready, id, lines, stop);
  if (ready.empty()) return exit_not_so;
  if (!playbooks.empty()) {
    RunWords words = run.playbook;
    words.limit = base::join(ready, ",");
    std::vector<std::string> typed = {"run", words.playbooks.front(), "-l", words.limit};
    for (const std::string& inventory : words.inventories)
      typed.insert(typed.end(), {"-i", inventory});
    if (const int code = execute_run(words, {.words = typed}); code != 0) {
      move_all(run, ready, Stage::failed, "the playbook ended with " + std::to_string(code), id,
               lines);
      return code;
    }
  }
  move_all(run, ready, Stage::in_service, "", id, lines);
  return ready.size() == wanted ? 0 : exit_not_so;
}

}  // namespace

int run_reimage(const ReimageRun& run) {
  store::RunStore store = store::RunStore::open(state_directory());
  const std::vector<std::string> names = names_of(run.nodes);
  std::vector<std::string> ready;
  RunRecord record(store, {.typed = run.typed,
                           .parameters = value::Dict{{"directory", os::absolute(".")},
                                                     {"plan", run.plan}},
                           .nodes = names,
                           .steals_locks = run.steals_locks});
  std::atomic<int> stop = 0;
  // The nodes go on by themselves, and `resume` takes up the rest.
  const SignalWatch signals(stop, static_cast<int>(run::Stop::at_once));
  Lines lines(std::cout);
  std::vector<std::string> problems(run.nodes.size());
  for_each_at_once(run.nodes.size(), static_cast<std::size_t>(run.at_once), [&](std::size_t at) {
    problems[at] = bring(run, run.nodes[at], record.run(), lines);
  });
  for (std::size_t at = 0; at < problems.size(); ++at)
    if (problems[at].empty()) ready.push_back(names[at]);
  record.unlock();  // the playbook's run takes them
  int result = ready.size() == names.size() ? 0 : exit_not_so;
  if (!ready.empty() && stop == 0 && configure(run, ready, record.run(), lines, stop) != 0)
    result = exit_not_so;
  const bool is_stopped = SignalWatch::has_come();
  record.end(is_stopped ? run::interrupted : result);
  if (result != 0 || is_stopped)
    std::cerr << "go on when that is mended: provisioner resume " << record.run() << "\n";
  return is_stopped ? run::interrupted : result;
}

std::vector<std::string> look_from_ram_disk(const std::vector<NamedNode>& nodes,
                                            const std::string& images,
                                            ReimageGuards& guards) {
  const image::BootFiles files = image::Store::open(images).require_boot_files();
  const SignalWatch signals;
  Lines lines(std::cerr);  // the facts are what is asked for
  std::vector<std::string> problems(nodes.size());
  for_each_at_once(nodes.size(), 20, [&](std::size_t at) {
    try {
      static const std::string no_run;
      OneNode(nodes[at], no_run, lines)
          .boot(to_value(reimage::look_order(nodes[at].node, files)), Stage::discovered,
                [&] { require_unguarded(guards, nodes, nodes[at].name); });
    } catch (const Error& error) {
      lines.say(nodes[at].name, error.message());
      problems[at] = error.message();
    }
  });
  return problems;
}

}  // namespace provisioner::cli

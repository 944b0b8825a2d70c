// Playbooks, plays and their batches, from the first banner to the recap.

#include "provisioner/engine/run/engine.h"

#include <algorithm>
#include <exception>
#include <thread>
#include <tuple>
#include <vector>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/engine/run/play_runner.h"
#include "provisioner/engine/run/play_setup.h"

namespace provisioner::run {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

namespace {

// The real sessions behind the pump's view of them.
class SessionWire : public Wire {
 public:
  SessionWire(transport::HostKeyPolicy& host_keys, Mailbox& mailbox, Departures* departures)
      : connections_({}, host_keys,
                     [&mailbox](transport::Arrival arrival) { mailbox.put(std::move(arrival)); }),
        mailbox_(mailbox),
        departures_(departures) {}

  void submit(const TaskRun::Submit& submit, wire::TaskNumber task) override {
    connections_.submit(submit.settings.endpoint, submit.settings.access, task, submit.request,
                        submit.blobs);
  }
  void submit_raw(const TaskRun::SubmitRaw& submit, wire::TaskNumber task) override {
    connections_.submit_raw(submit.settings.endpoint, submit.settings.access, task, submit.command,
                            submit.settings.become, submit.deadline);
  }
  bool drop(wire::TaskNumber task) override { return connections_.drop(task); }
  void reset(const transport::Endpoint& endpoint) override { connections_.reset(endpoint); }
  void leave(const TaskRun::Leave& leave, wire::TaskNumber task) override {
    if (leave.is_over) {
      if (departures_ != nullptr) departures_->returned(leave.host);
    } else if (departures_ == nullptr) {
      mailbox_.put({task, wire::Outcome{wire::Ending::ok, {}, {}}});
    } else {
      askers_.emplace_back([this, node = leave.host, task] { ask(node, task); });
    }
  }

 private:
  static wire::Outcome untold(const char* because) {
    return {wire::Ending::failed,
            {{"msg", std::string("whether it may go down cannot be told: ") + because},
             {"is_lasting", true}},
            {}};
  }

  // In a thread of its own: others are asked for it.
  void ask(const std::string& node, wire::TaskNumber task) {
    wire::Outcome answer{wire::Ending::ok, {}, {}};
    try {
      if (auto objection = departures_->objection(node)) {
        mailbox_.put({task, transport::Arrival::Progress{0, objection->text}});
        answer = {wire::Ending::failed,
                  {{"msg", std::move(objection->text)}, {"is_lasting", objection->is_lasting}},
                  {}};
      }
    } catch (const Error& error) {
      answer = untold(error.message().c_str());
    } catch (const std::exception& error) {
      answer = untold(error.what());
    }
    mailbox_.put({task, std::move(answer)});
  }

  transport::Connections connections_;
  Mailbox& mailbox_;
  Departures* departures_;
  std::vector<std::jthread> askers_;
};

class Engine {
 public:
  Engine(RunParts& parts, Recorder& recorder, TaskPump& pump)
      : parts_(parts),
        state_{{},
               parts.surroundings,
               parts.library,
               parts.foreign,
               recorder,
               pump,
               parts.stop,
               std::move(parts.replay),
               {},
               {},
               {},
               {},
               {}} {
    World& world = state_.world;
    world.options = &parts.options;
    world.inventory = parts.inventory;
    world.templar = &parts.library.templar;
    world.inventory_sources = parts.options.inventories;
    world.fence = parts.fence;
    state_.start_at_task = parts.options.start_at_task;
    parts.surroundings.set_world(&world);
  }
  ~Engine() { parts_.surroundings.set_world(nullptr); }

  RunEnd run() {
    name_unknown();
    for (std::size_t number = 0; number < parts_.playbooks.size(); ++number) {
      const playbook::Playbook& book = parts_.playbooks[number];
      state_.world.playbook_directory = book.directory;
      for (std::size_t play = 0; play < book.plays.size(); ++play)
        if (!run_play(book.plays[play], std::to_string(number) + "." + std::to_string(play)))
          return finish();
      if (exit_code_ != all_well) break;
    }
    return finish();
  }

 private:
  // Tasks that a run was cut off in: nobody knows what became of them.
  void name_unknown() {
    std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> hosts;
    for (const Replay::Begun& begun : state_.replay.unknown()) {
      const char* what = begun.is_done            ? "counts as done"
                         : begun.needs_decision() ? "is run again"
                                                  : "is looked at anew";
      hosts[{begun.name, begun.module, what}].push_back(begun.host);
    }
    for (const auto& [task, names] : hosts) {
      const auto& [name, module, what] = task;
      state_.recorder.emit(store::EventKind::warning,
                           Dict{{"text", "the run was cut off in the task '" + name + "' (" +
                                             module + ") on " + base::join(names, ", ") +
                                             ": whether it ran is unknown, it " + what}});
    }
  }

  // False when no further play is to begin.
  bool run_play(const playbook::Play& play, const std::string& id) {
    PlayState& now = state_.world.play;
    now = {};
    now.play = &play;
    for (const auto& role : play.roles)
      if (role->is_public) now.public_roles.push_back(role);
    const PlaySetup setup = set_up_play(state_, play);
    now.hosts = setup.hosts;
    if (now.hosts.empty()) {
      state_.recorder.emit(store::EventKind::no_hosts_matched, Dict{{"name", setup.name}});
      state_.recorder.commit();
      return !state_.is_stopped();
    }
    PlayRunner runner(state_, play, id);
    const bool goes_on = run_batches(runner, setup);
    if (!state_.is_stopped())
      state_.recorder.emit(store::EventKind::play_ended, Dict{{"is_broken", false}});
    return goes_on;
  }

  // A batch that is lost whole, or a limit that was passed, ends the playbook. The exit code is
  // that of the last batch that ran; hosts whose connection was lost in earlier plays stay lost,
  // even where their errors were cleared since.
  bool run_batches(PlayRunner& runner, const PlaySetup& setup) {
    state_.unreachable.insert(unreachable_.begin(), unreachable_.end());
    std::size_t lost_before = lost_count();
    bool is_broken = false;
    for (std::size_t number = 0; number < setup.batches.size(); ++number) {
      const std::vector<std::string>& batch = setup.batches[number];
      announce(setup, without_lost(batch), number);
      const BatchEnd end = runner.run_batch(batch);
      if (end.is_stopped) return false;
      exit_code_ = end.is_broken ? some_failed : end.result;
      if (end.is_play_over) {
        if (end.is_broken) exit_code_ = broken_and_over;
        return !is_broken;
      }
      is_broken |= end.is_broken;
      if (lost_count() - lost_before == batch.size()) return false;
      lost_before = lost_count();
      unreachable_.insert(state_.unreachable.begin(), state_.unreachable.end());
    }
    return !is_broken;
  }

  void announce(const PlaySetup& setup, const std::vector<std::string>& batch, std::size_t number) {
    state_.recorder.emit(store::EventKind::play_started,
                         Dict{{"name", setup.name},
                              {"hosts", List(batch.begin(), batch.end())},
                              {"batch", static_cast<std::int64_t>(number)},
                              {"strategy", "linear"}});
    state_.recorder.commit();
  }

  std::vector<std::string> without_lost(const std::vector<std::string>& hosts) const {
    std::vector<std::string> left;
    for (const std::string& host : hosts)
      if (!state_.failed.contains(host) && !state_.unreachable.contains(host)) left.push_back(host);
    return left;
  }

  std::size_t lost_count() const { return state_.failed.size() + state_.unreachable.size(); }

  RunEnd finish() {
    if (state_.is_stopped()) exit_code_ = interrupted;
    if (!state_.start_at_task.empty() && !state_.is_stopped()) warn_of_start();
    if (!state_.stats.is_empty())
      state_.recorder.emit(store::EventKind::custom_stats, state_.stats.shown());
    for (const auto& [capability, lack] : state_.lacks)
      state_.recorder.emit(store::EventKind::lab_lacks,
                           Dict{{"what", capability},
                                {"because", lack.because},
                                {"hosts", List(lack.hosts.begin(), lack.hosts.end())}});
    return {exit_code_, state_.is_stopped(), state_.counts};
  }

  // Ansible's words and exit code, and the name that may have been meant.
  void warn_of_start() {
    std::string text = "No matching task \"" + state_.start_at_task +
                       "\" found. Note: --start-at-task can only follow static includes.";
    if (const auto nearest = base::nearest(state_.start_at_task, state_.passed_tasks))
      text += " Did you mean '" + *nearest + "'?";
    state_.recorder.emit(store::EventKind::warning, Dict{{"text", text}});
  }

  RunParts& parts_;
  RunState state_;
  int exit_code_ = all_well;
  std::set<std::string> unreachable_;  // at the end of any batch that ended well
};

Dict recap(const std::map<std::string, HostCounts>& counts) {
  Dict hosts;
  for (const auto& [host, count] : counts)
    hosts.set(host, Dict{{"ok", count.ok},
                         {"changed", count.changed},
                         {"unreachable", count.unreachable},
                         {"failed", count.failed},
                         {"skipped", count.skipped},
                         {"rescued", count.rescued},
                         {"ignored", count.ignored},
                         {"unknown", count.unknown}});
  return hosts;
}

}  // namespace

RunEnd run_playbooks(RunParts parts) {
  Mailbox mailbox;
  SessionWire wire(parts.host_keys, mailbox, parts.departures);
  TaskPump pump(wire, mailbox, parts.clock, parts.stop);
  Recorder recorder(parts.journal, parts.sinks, parts.clock);
  const os::Instant begun = parts.clock.now();
  RunEnd end;
  try {
    Engine engine(parts, recorder, pump);
    end = engine.run();
  } catch (Error& error) {
    recorder.commit();  // whatever ends the run, what was done is told
    if (error.kind() == Kind::input) error.set_kind(Kind::failed);  // all files had been read
    throw;
  }
  const double seconds = std::chrono::duration<double>(parts.clock.now() - begun).count();
  if (end.is_interrupted)
    recorder.emit(store::EventKind::run_interrupted,
                  Dict{{"run", recorder.run()}, {"seconds", seconds}});
  recorder.emit(store::EventKind::run_ended, Dict{{"recap", recap(end.counts)},
                                                  {"exit_code", end.exit_code},
                                                  {"seconds", seconds},
                                                  {"is_interrupted", end.is_interrupted}});
  recorder.commit();
  return end;
}

}  // namespace provisioner::run

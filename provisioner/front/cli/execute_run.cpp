// A run from its command line to its exit code.

#include "provisioner/front/cli/execute_run.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <iostream>
#include <optional>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/engine/transport/host_key_policy.h"
#include "provisioner/front/cli/loaded_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/run_departures.h"
#include "provisioner/front/cli/run_record.h"
#include "provisioner/front/cli/shown_words.h"
#include "provisioner/front/cli/signal_handlers.h"
#include "provisioner/front/cli/tell_warnings.h"
#include "provisioner/front/cli/write_report.h"
#include "provisioner/front/view/json_view.h"
#include "provisioner/front/view/plan_view.h"
#include "provisioner/front/view/play_view.h"
#include "provisioner/language/playbook/listing.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

std::atomic<int> stop_wish = 0;  // run::Stop; raised once by the first signal, again by the second

extern "C" void wish_to_stop(int) {
  if (stop_wish.load() < 2) stop_wish.fetch_add(1);
  os::stop_running_program();
}

// Ctrl-C and its kin ask the run to end; twice, to end at once.
class StopSignals {
 public:
  StopSignals() {
    stop_wish = 0;
    handlers_.emplace(wish_to_stop);
    ::signal(SIGPIPE, SIG_IGN);
  }

 private:
  std::optional<SignalHandlers> handlers_;
};

// Says once that a signal was heard: until what is under way has ended, nothing else would show it.
class StopNotice : public store::EventSink {
 public:
  explicit StopNotice(view::Terminal& out) : out_(out) {}
  void take(const store::Event&) override {}
  void idle() override {
    if (is_told_ || stop_wish == 0) return;
    is_told_ = true;
    out_.line("stopping: no more tasks are begun, those under way end; Ctrl-C again stops at once",
              view::Colour::warning);
  }

 private:
  view::Terminal& out_;
  bool is_told_ = false;
};

// A stage of a cluster is gone on with by the command that began it.
bool is_resumable(const Typed& typed) {
  return typed.words.empty() || typed.words.front() != "cluster";
}

// The viewers that the words ask for.
class Viewers {
 public:
  Viewers(const RunWords& words, const Typed& typed, const AnsibleConfig& config,
          const run::Options& options)
      : out_(typed.shown_on == ShownOn::output ? 1 : 2),
        errors_(2),
        notice_(words.is_json ? errors_ : out_) {
    if (!words.report_file.empty()) {
      report_file_ = os::absolute(words.report_file);
      require_place_for_report(report_file_);
    }
    if (words.is_json) {
      view_ = std::make_unique<view::JsonView>(out_);
    } else if (options.is_plan) {
      view_ = std::make_unique<view::PlanView>(out_, errors_, options.verbosity);
    } else {
      view::PlayView::Options shown;
      shown.verbosity = options.verbosity;
      shown.show_differences = options.diff;
      shown.show_skipped = config.flag("defaults", "display_skipped_hosts", true);
      shown.show_ok = config.flag("defaults", "display_ok_hosts", true);
      shown.is_resumable = is_resumable(typed);
      shown.show_custom_stats = config.flag("defaults", "show_custom_stats", false);
      view_ = std::make_unique<view::PlayView>(out_, errors_, shown, os::system_clock());
    }
  }
  std::vector<store::EventSink*> sinks() {
    std::vector<store::EventSink*> all = {view_.get(), &notice_};
    if (!report_file_.empty()) all.push_back(&report_);
    return all;
  }

  // The page that --report asks for. It is told where it lies, also where the run failed.
  void report(const store::RunSummary& run) {
    if (report_file_.empty()) return;
    write_report(report_, run, report_file_);
    errors_.line("report: " + base::escape_for_terminal(report_file_));
  }

  // The exit code, where all that the run said could be written.
  int checked(int exit_code) {
    if (out_.lost() == 0) return exit_code;
    errors_.line(std::string("error: the output could not be written whole: ") +
                 std::strerror(out_.lost()));
    return exit_code == run::all_well ? int{run::own_failure} : exit_code;
  }

 private:
  view::Terminal out_, errors_;
  StopNotice notice_;
  std::unique_ptr<store::EventSink> view_;
  view::Report report_;
  std::string report_file_;
};

int list(const RunWords& words, LoadedRun& loaded) {
  playbook::Listing listing;
  listing.hosts = words.list_hosts;
  listing.tasks = words.list_tasks;
  listing.tags = words.list_tags;
  listing.only_tags = loaded.options().tags;
  listing.skip_tags = loaded.options().skip_tags;
  listing.resolve = [&](const playbook::Play& play, const Value& written) {
    try {
      return loaded.resolved(play, written);
    } catch (const Error&) {
      return written;  // hangs on what is known only in a run
    }
  };
  listing.hosts_of = [&](const playbook::Play& play) { return loaded.hosts_of(play); };
  for (std::size_t number = 0; number < loaded.playbooks().size(); ++number)
    std::cout << playbook::list(loaded.playbooks()[number], words.playbooks[number], listing);
  return 0;
}

bool is_looking_only(const RunWords& words) {
  return words.list_hosts || words.list_tasks || words.list_tags;
}

// Which nodes a run holds. This machine itself is nobody's node.
std::vector<std::string> nodes_to_lock(const LoadedRun& loaded) {
  std::vector<std::string> nodes = loaded.hosts();
  std::erase_if(nodes, [&](const std::string& node) { return loaded.is_this_machine(node); });
  return nodes;
}

// What `resume` holds against what it finds.
Value parameters(const LoadedRun& loaded) {
  return Value(Dict{{"directory", os::absolute(".")},
                    {"inventory_digest", loaded.inventory_digest()},
                    {"playbook_digest", loaded.playbook_digest()}});
}

// A run goes on with what it began with, or not at all.
void refuse_changes(const store::RunStore& store, const LoadedRun& loaded, const Typed& typed) {
  if (typed.accepts_changes) return;
  const Value before = store.parameters(typed.resumed_run);
  const auto compare = [&](const std::string& what, const char* key, const std::string& now) {
    const std::string then = value::text_or(before, key, "");
    if (then == now) return;
    throw Error(Kind::refused, "the " + what + " has changed since run " + typed.resumed_run +
                                   " began: it was " + then + ", it is " + now)
        .set_hint(
            "put it back, or run anew (what is done changes nothing); --accept-changes goes on all "
            "the same");
  };
  compare("playbook", "playbook_digest", loaded.playbook_digest());
  compare("inventory", "inventory_digest", loaded.inventory_digest());
}

// What the run has done so far, with all settled that it needs to go on. Until it has, it stays as
// it is: cut off, and with its nodes.
run::Replay replay_of(store::RunStore& store, const LoadedRun& loaded, const Typed& typed) {
  refuse_changes(store, loaded, typed);
  const std::string& run = typed.resumed_run;
  run::Replay replay = run::Replay::from(store, run, store.run_key(run));
  if (!store.run(run)->is_alive) settle_unknown(replay, run, typed.unknown);
  return replay;
}

// In check mode there is nothing to lock, to keep or to resume.
int look(const Typed& typed, run::RunParts parts, Viewers& viewers) {
  store::RunSummary summary;
  summary.id = parts.options.is_plan ? "as a plan" : "in check mode";
  summary.command_line = shown_words(typed.words);
  summary.operator_name = operator_name();
  summary.started = os::system_clock().wall();
  const run::RunEnd end = run::run_playbooks(std::move(parts));
  summary.ended = os::system_clock().wall();
  summary.exit_code = end.exit_code;
  if (typed.ended) typed.ended(end);
  viewers.report(summary);
  return viewers.checked(end.is_interrupted ? run::interrupted : end.exit_code);
}

// Whatever ends it, there is a way to go on.
run::RunEnd performed(run::RunParts parts, const std::string& run) {
  try {
    return run::run_playbooks(std::move(parts));
  } catch (Error& error) {
    if (error.hint().empty())
      error.set_hint("when that is mended, go on: provisioner resume " + run);
    throw;
  }
}

int perform(const RunWords& words, const Typed& typed, const AnsibleConfig& config,
            LoadedRun& loaded) {
  store::HostKeyStore key_store = store::HostKeyStore::open(state_directory());
  transport::HostKeyPolicy host_keys(key_store);
  Viewers viewers(words, typed, config, loaded.options());
  run::RunParts parts{loaded.options(),
                      loaded.inventory(),
                      loaded.playbooks(),
                      loaded.library(),
                      loaded.surroundings(),
                      host_keys,
                      nullptr,
                      nullptr,
                      {},
                      {},
                      viewers.sinks(),
                      os::system_clock(),
                      stop_wish,
                      {}};
  const StopSignals signals;
  if (loaded.options().check) return look(typed, std::move(parts), viewers);

  store::RunStore store = store::RunStore::open(state_directory());
  if (!typed.resumed_run.empty()) parts.replay = replay_of(store, loaded, typed);
  RunRecord record(store, {.typed = typed,
                           .parameters = parameters(loaded),
                           .nodes = nodes_to_lock(loaded),
                           .steals_locks = loaded.options().steal_locks});
  parts.journal = {&store, record.run(), parts.replay.last_sequence()};
  parts.fence = record.fence();
  RunDepartures departures(words, loaded.options(), record.run(), [] { return stop_wish != 0; });
  parts.departures = &departures;
  const run::RunEnd end = performed(std::move(parts), record.run());
  record.end(end.exit_code);
  if (typed.ended) typed.ended(end);
  if (end.exit_code != 0 && !end.is_interrupted && !words.is_json && is_resumable(typed))
    std::cerr << "run " << record.run()
              << " failed; when it is mended, do the rest: provisioner resume " << record.run()
              << "\n";
  viewers.report(*store.run(record.run()));
  return viewers.checked(end.is_interrupted ? run::interrupted : end.exit_code);
}

// Throws itself where the pattern cannot be read.
Error limit_without_hosts(const inventory::Inventory& inventory, const std::string& limit) {
  base::Diagnostics diagnostics;
  const bool is_elsewhere = !inventory.select(limit, diagnostics).empty();
  Error error(Kind::failed, "Specified hosts and/or --limit does not match any hosts");
  if (is_elsewhere) return error.set_hint("no play of this playbook is for '" + limit + "'");
  std::vector<std::string> names = inventory.group_names();
  for (const std::string& host : inventory.host_names()) names.push_back(host);
  const std::string nearest = base::suggestion(limit, names);
  return error.set_hint(nearest.empty() ? "see the names: provisioner inventory graph" : nearest);
}

}  // namespace

int execute_run(const RunWords& words, const Typed& typed) {
  base::Diagnostics diagnostics;
  const AnsibleConfig config = AnsibleConfig::load(diagnostics);
  if (words.no_color || config.flag("defaults", "nocolor", false)) ::setenv("NO_COLOR", "1", 1);
  if (config.flag("defaults", "force_color", false)) ::setenv("ANSIBLE_FORCE_COLOR", "1", 1);
  LoadedRun loaded(words, run_options(words, config, diagnostics), diagnostics);
  tell_warnings(diagnostics);
  if (diagnostics.has_errors()) {
    std::cerr << diagnostics.render(", nothing was changed") << "\n";
    return run::unreadable;
  }
  if (words.syntax_check && !is_looking_only(words)) {
    for (const std::string& book : words.playbooks) std::cout << "\nplaybook: " << book << "\n";
    return 0;
  }
  if (!loaded.options().limit.empty() && loaded.hosts().empty())
    throw limit_without_hosts(*loaded.inventory(), loaded.options().limit);
  if (is_looking_only(words)) return list(words, loaded);
  return perform(words, typed, config, loaded);
}

bool are_sound(const RunWords& words) {
  base::Diagnostics diagnostics;
  const AnsibleConfig config = AnsibleConfig::load(diagnostics);
  const LoadedRun loaded(words, run_options(words, config, diagnostics), diagnostics);
  tell_warnings(diagnostics);
  if (!diagnostics.has_errors()) return true;
  std::cerr << diagnostics.render(", nothing was changed") << "\n";
  return false;
}

}  // namespace provisioner::cli

// provisioner runs list, show, report, verify.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/store/boot_jobs.h"
#include "provisioner/base/store/run_store.h"
#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/named_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/shown_reimage.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/write_report.h"
#include "provisioner/front/view/json_view.h"
#include "provisioner/front/view/play_view.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::List;
using value::Value;

std::string state_of(const store::RunSummary& run) {
  if (run.is_alive) return "running";
  if (!run.exit_code) return "cut off";
  if (*run.exit_code == run::all_well) return "ok";
  if (*run.exit_code == run::interrupted) return "interrupted";
  return "failed (" + std::to_string(*run.exit_code) + ")";
}

std::string seconds_of(const store::RunSummary& run) {
  if (!run.ended) return "";
  return std::to_string(
             std::chrono::duration_cast<std::chrono::seconds>(*run.ended - run.started).count()) +
         " s";
}

Value to_value(const store::RunSummary& run) {
  return Value(Dict{{"run", run.id},
                    {"started", os::utc_text(run.started)},
                    {"ended", run.ended ? Value(os::utc_text(*run.ended)) : Value()},
                    {"state", state_of(run)},
                    {"exit_code", run.exit_code ? Value(*run.exit_code) : Value()},
                    {"operator", run.operator_name},
                    {"command", run.command_line}});
}

int list_runs(bool is_json) {
  const store::RunStore store = store::RunStore::open(state_directory());
  if (is_json) {
    List all;
    for (const store::RunSummary& run : store.runs()) all.push_back(to_value(run));
    print_json(Value(std::move(all)));
    return 0;
  }
  Table table({"RUN", "STARTED", "TOOK", "STATE", "OPERATOR", "COMMAND"});
  for (const store::RunSummary& run : store.runs())
    table.add({run.id, os::utc_seconds(run.started), seconds_of(run), state_of(run),
               run.operator_name, run.command_line});
  table.print(std::cout);
  return 0;
}

void take_events(const store::RunStore& store, const std::string& run, store::EventSink& sink) {
  store.each_event(run, [&](const store::Event& event) {
    if (event.sequence != 0) sink.take(event);  // number 0 holds the sealed command line
  });
}

// Of a run of `reimage`, which has no events; none of any other.
std::optional<Value> reimage_plan(const store::RunStore& store, const std::string& run) {
  const Value parameters = store.parameters(run);
  const Value* plan = parameters.find("plan");
  return plan == nullptr ? std::nullopt : std::optional(*plan);
}

std::vector<store::JobRecord> job_ends(const std::string& run) {
  return store::BootJobs::open(state_directory()).jobs_of_run(run);
}

void show_as_json(const store::RunStore& store, const std::string& run) {
  if (const auto plan = reimage_plan(store, run)) {
    for (const Value& node : reimage_values(*plan, job_ends(run)))
      std::cout << value::write_json(node) << "\n";
    return;
  }
  view::Terminal out(1);
  view::JsonView view(out);
  take_events(store, run, view);
}

void show_play(const store::RunStore& store, const std::string& run, int verbosity) {
  view::Terminal out(1), errors(2);
  view::PlayView::Options options;
  options.verbosity = verbosity;
  options.show_differences = true;
  view::PlayView view(out, errors, options, os::system_clock());
  take_events(store, run, view);
}

int show_run(const std::string& id, bool is_json, int verbosity) {
  const store::RunStore store = store::RunStore::open(state_directory());
  const store::RunSummary run = named_run(store, id);
  if (is_json) {
    show_as_json(store, run.id);
    return 0;
  }
  std::cout << "run " << run.id << ": " << state_of(run) << "\nby " << run.operator_name << " at "
            << os::utc_text(run.started) << "\n"
            << base::escape_for_terminal(run.command_line) << "\n"
            << std::flush;
  if (const auto plan = reimage_plan(store, run.id))
    show_reimage(*plan, job_ends(run.id), std::cout << "\n");
  else
    show_play(store, run.id, verbosity);
  if (!run.exit_code && !run.is_alive)
    std::cout << "\nit was cut off; go on with: provisioner resume " << run.id << "\n";
  return 0;
}

int report_run(const std::string& id, const std::string& file) {
  const store::RunStore store = store::RunStore::open(state_directory());
  const store::RunSummary run = named_run(store, id);
  if (reimage_plan(store, run.id))
    throw Error(Kind::usage, "run " + run.id + " is a re-image: it has no tasks to report")
        .set_hint("provisioner runs show " + run.id);
  view::Report report;
  take_events(store, run.id, report);
  if (file == "-") {
    write_report(report, run, file);
    return 0;
  }
  const std::string path = os::absolute(file.empty() ? "run-" + run.id + ".html" : file);
  require_place_for_report(path);
  write_report(report, run, path);
  std::cout << path << "\n";
  return 0;
}

void print(const store::JournalCheck& check, const std::string& run) {
  for (const std::string& problem : check.problems)
    std::cout << "run " << run << ": " << base::escape_for_terminal(problem) << "\n";
  if (check.without_digest != 0)
    std::cout << "run " << run << ": the first " << check.without_digest
              << " records have no digest: a version of this program wrote them that made none\n";
  std::cout << "run " << run << ": " << check.records << " records, "
            << (check.problems.empty() ? "as they were written" : "altered")
            << (check.is_open ? "; the run has not ended, so nothing says where they end" : "")
            << "\ndigest over all: sha256:" << check.head << "\n";
}

int verify_run(const std::string& id, bool is_json) {
  const store::RunStore store = store::RunStore::open(state_directory());
  const std::string run = named_run(store, id).id;
  const store::JournalCheck check = store.check_journal(run);
  if (is_json)
    print_json(Value(Dict{{"run", run},
                          {"records", static_cast<std::int64_t>(check.records)},
                          {"without_digest", static_cast<std::int64_t>(check.without_digest)},
                          {"is_open", check.is_open},
                          {"problems", List(check.problems.begin(), check.problems.end())},
                          {"digest", "sha256:" + check.head}}));
  else
    print(check, run);
  return check.problems.empty() && check.without_digest == 0 ? exit_fine : exit_not_so;
}

}  // namespace

void add_runs(CLI::App& command, Action& action) {
  struct Words {
    std::string run, file;
    bool is_json = false;
    int verbosity = 0;
  };
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* list = command.add_subcommand("list", "all runs, newest first");
  list->add_flag("--json", words->is_json, "as JSON");
  list->allow_extras();
  list->callback([words, &action] { action = [words] { return list_runs(words->is_json); }; });
  const std::string number = "number of the run, or 'last'";
  CLI::App* show = command.add_subcommand("show", "what happened in one run");
  show->add_option("run", words->run, number)->required();
  show->add_flag("--json", words->is_json,
                 "one JSON object a line and event; of a re-image, a line and node");
  show->add_flag("-v,--verbose", words->verbosity, "tell more");
  show->allow_extras();
  show->callback([words, &action] {
    action = [words] { return show_run(words->run, words->is_json, words->verbosity); };
  });
  CLI::App* verify =
      command.add_subcommand("verify", "whether the record of one run is as it was written");
  verify->add_option("run", words->run, number)->required();
  verify->add_flag("--json", words->is_json, "as JSON");
  verify->allow_extras();
  verify->callback(
      [words, &action] { action = [words] { return verify_run(words->run, words->is_json); }; });
  CLI::App* report = command.add_subcommand("report", "one run as a page, with hosts over time");
  report->add_option("run", words->run, number)->required();
  report->add_option("-o,--output", words->file,
                     "where to write it (run-NUMBER.html); - is the standard output");
  report->allow_extras();
  report->callback(
      [words, &action] { action = [words] { return report_run(words->run, words->file); }; });
}

}  // namespace provisioner::cli

// provisioner run, plan, resume.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "provisioner/base/base/text.h"
#include "provisioner/base/store/run_store.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/commands.h"
#include "provisioner/front/cli/execute_run.h"
#include "provisioner/front/cli/named_run.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/process_words.h"
#include "provisioner/front/cli/resume_reimage.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

void add(CLI::App& command, Action& action, bool is_plan) {
  const auto words = std::make_shared<RunWords>();
  words->is_plan = is_plan;
  add_run_options(command, *words);
  command.callback([words, &action] {
    action = [words] { return execute_run(*words, {.words = process_words()}); };
  });
}

// The words of a run that was cut off, unsealed.
std::vector<std::string> words_of(store::RunStore& store, const std::string& run) {
  if (!store.can_resume(run)) {
    const bool is_well = store.run(run)->exit_code == 0;
    const std::string why = is_well ? " has ended well: nothing is left to do"
                                    : " failed before it began: there is nothing to go on with";
    throw Error(Kind::usage, "run " + run + why)
        .set_hint(is_well ? "see: provisioner runs show " + run
                          : "run it anew, or go on with an earlier one: provisioner runs list");
  }
  const crypto::SealingKey key = store.run_key(run);
  std::vector<std::string> words;
  store.each_event(run, [&](const store::Event& event) {
    if (event.sequence != 0) return;
    const value::Value typed = value::read_cbor(key.open(event.sealed, run));
    for (const value::Value& word : typed.list()) words.push_back(word.text());
  });
  if (words.empty())
    throw Error(Kind::failed, "run " + run + " was cut off before it began")
        .set_hint("run it anew");
  return words;
}

struct ResumeWords {
  std::string run, unknown;
  bool accepts_changes = false, is_json = false;
  int verbosity = 0;
};

int resume(const ResumeWords& wish) {
  store::RunStore store = store::RunStore::open(state_directory());
  const std::string run = named_run(store, wish.run).id;
  const value::Value parameters = store.parameters(run);
  const std::vector<std::string> typed = words_of(store, run);
  const std::string directory = value::text_or(parameters, "directory", ".");
  if (::chdir(directory.c_str()) != 0)
    throw Error(Kind::failed, "the directory of run " + run + " is gone: '" + directory + "'");
  if (typed.front() == "cluster")
    throw Error(Kind::usage, "run " + run + " is a step of 'provisioner cluster', which goes on by "
                             "what it sees and not by what it was at")
        .set_hint("once more: provisioner " + base::join(typed, " "));
  if (typed.front() == "reimage") return resume_reimage(typed, run, *parameters.find("plan"));
  auto words = std::make_shared<RunWords>();
  CLI::App app;
  add_run_options(app, *words);
  std::vector<std::string> reversed(typed.rbegin(), typed.rend() - 1);
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    throw Error(Kind::bug,
                std::string("the words of the run cannot be read again: ") + error.what());
  }
  words->verbosity = std::max(words->verbosity, wish.verbosity);
  words->is_json = words->is_json || wish.is_json;
  return execute_run(*words, {typed, run, wish.accepts_changes, unknown_wish(wish.unknown)});
}

}  // namespace

void add_run(CLI::App& command, Action& action) { add(command, action, false); }
void add_plan(CLI::App& command, Action& action) { add(command, action, true); }

void add_resume(CLI::App& command, Action& action) {
  const auto words = std::make_shared<ResumeWords>();
  command
      .add_option("run", words->run,
                  "number of the run, as 'provisioner runs list' shows it, or 'last'")
      ->required();
  command.add_flag("--accept-changes", words->accepts_changes,
                   "go on though playbook or inventory have changed");
  command
      .add_option("--unknown", words->unknown,
                  "actions (command, shell, script, raw, reboot ...) of which nobody knows whether "
                  "they ran: 'rerun' runs them again, 'skip' counts them as done, 'stop' leaves "
                  "the run as it is; asked about on a terminal, else 'stop'")
      ->type_name("rerun|skip|stop")
      ->check(CLI::IsMember({"rerun", "skip", "stop"}));
  command.add_flag("-v,--verbose", words->verbosity, "tell more");
  command.add_flag("--json", words->is_json, "one JSON object a line and event");
  command.callback([words, &action] {
    action = [words] { return resume(*words); };
  });
}

}  // namespace provisioner::cli

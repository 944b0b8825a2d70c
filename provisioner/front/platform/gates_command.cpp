// provisioner gates run, list: what an instance's users rely on, really tried on its cluster.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "provisioner/base/base/counted.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/say.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/front/cli/words_of_commands.h"
#include "provisioner/front/cli/write_report.h"
#include "provisioner/front/cluster/instance_lock_file.h"
#include "provisioner/front/platform/commands.h"
#include "provisioner/front/platform/gates_run.h"
#include "provisioner/front/platform/keep_results.h"
#include "provisioner/front/view/gates_page.h"
#include "provisioner/front/view/screen_text.h"
#include "provisioner/front/view/terminal.h"

namespace provisioner::platform {
namespace {

using base::Error;
using base::Kind;
using cli::Action;
using cli::add_command;
using cli::add_many;
using gates::Gate;
using gates::Outcome;
using gates::Record;
using gates::Result;
using value::Dict;
using value::List;
using value::Value;

struct Words {
  cli::RunWords run;
  std::string instance, junit, page, store;
  std::vector<std::string> gates;
  bool is_json = false, is_deployed = false;
};

// All of the instance's platform, or those that are named.
std::vector<Gate> meant(const Words& words, profile::Platform platform, gates::Moment by) {
  if (words.gates.empty()) return gates::gates_of(platform, by);
  std::vector<Gate> some;
  for (const std::string& name : words.gates) {
    const Gate* found = gates::find_gate(name);
    if (found == nullptr)
      throw Error(Kind::usage, "there is no gate '" + name + "'")
          .set_hint("provisioner gates list");
    if (std::ranges::none_of(some, [&](const Gate& one) { return one.id == found->id; }))
      some.push_back(*found);
  }
  return some;
}

std::string word_of(const Outcome& one) {
  const std::string result = name_of(one.verdict.result);
  return one.waiver ? result + ", waived" : result;
}

view::Colour colour_of(const Outcome& one) {
  if (one.verdict.result == Result::passed) return view::Colour::ok;
  if (one.waiver) return view::Colour::skip;
  return one.verdict.result == Result::failed ? view::Colour::error : view::Colour::warning;
}

// A line a gate, and below those that do not pass why.
void show(const Record& record) {
  view::Terminal terminal(STDOUT_FILENO);
  std::size_t widest = 0;
  for (const Outcome& one : record.outcomes)
    widest = std::max(widest, one.id.size() + 1 + one.name.size());
  for (const Outcome& one : record.outcomes) {
    std::string head = one.id + " " + one.name;
    head.append(widest - head.size() + 2, ' ');
    terminal.line(head + terminal.coloured(word_of(one), colour_of(one)) + ": " +
                  base::one_line(one.verdict.text));
    if (one.verdict.result == Result::passed) continue;
    if (one.verdict.details.size() > 1 || one.expired)
      for (const std::string& detail : one.verdict.details)
        terminal.line("    " + base::one_line(detail));
    if (one.waiver)
      terminal.line("    waived by " + base::one_line(one.waiver->name) + " until " +
                    one.waiver->until + ": " + base::one_line(one.waiver->reason));
    else if (!one.verdict.hint.empty())
      terminal.line("    hint: " + base::one_line(one.verdict.hint));
  }
  const auto blocking = std::ranges::count_if(record.outcomes, &Outcome::blocks);
  const std::string what = "'" + record.instance + "'" +
                           (record.moment == gates::Moment::deployed ? " with its platform" : "");
  terminal.line("");
  terminal.line(blocking == 0 ? terminal.coloured(what + " passes", view::Colour::ok)
                              : terminal.coloured(
                                    what + " does not pass: " + base::counted(blocking, "gate") +
                                        " of " + std::to_string(record.outcomes.size()),
                                    view::Colour::error));
}

// The standard output takes one form, and a file one text.
void check(const Words& words) {
  const int forms = int{words.is_json} + int{words.page == "-"} + int{words.junit == "-"};
  if (forms > 1)
    throw Error(Kind::usage, "one form at a time: --json, --page -, or --junit -")
        .set_hint("the others may go to files: --page FILE, --junit FILE");
  for (const std::string* file : {&words.junit, &words.page})
    if (!file->empty() && *file != "-") cli::require_place_for_report(*file);
  if (!words.page.empty() && words.page != "-" &&
      os::absolute(words.page) == os::absolute(words.junit))
    throw Error(Kind::usage, "--page and --junit name the same file: '" + words.page + "'");
}

void tell(const Record& record, const Words& words) {
  if (words.is_json) return cli::print_json(gates::as_value(record));
  if (words.junit == "-") return cli::write_page(gates::as_junit(record), words.junit);
  if (words.page == "-")
    return cli::write_page(view::gates_page(gates::as_value(record)), words.page);
  show(record);
}

void keep(const Record& record, const Words& words) {
  const Value value = gates::as_value(record);
  std::vector<std::function<void()>> writes;
  // A part of the gates proves nothing of the instance: what was proved before stays.
  if (record.is_whole)
    writes.emplace_back([&] {
      os::write_file(os::join_path(cli::cluster_directory(record.instance), "gates.json"),
                     value::write_json(value, {.indent = 2}) + "\n");
    });
  if (!words.junit.empty() && words.junit != "-")
    writes.emplace_back([&] { cli::write_page(gates::as_junit(record), words.junit); });
  if (!words.page.empty() && words.page != "-")
    writes.emplace_back([&] { cli::write_page(view::gates_page(value), words.page); });
  keep_results(writes, "what is shown above is not kept: run the gates again");
}

int run_gates(const Words& words) {
  check(words);
  GatesSite site = gates_site(words.run, words.instance);
  site.store = words.store;
  site.moment = words.is_deployed ? gates::Moment::deployed : gates::Moment::hand_over;
  const std::vector<Gate> some = meant(words, site.cluster.profile.platform, site.moment);
  Record record{.instance = words.instance,
                .finished = {},
                .lock = cluster::lock_file(words.run, words.instance).digest(),
                .is_whole = words.gates.empty(),
                .moment = site.moment};
  record.outcomes = carry_out(words.run, site, some, [](const Outcome& outcome, std::size_t left) {
    cli::say(outcome.id + " " + outcome.name + ": " + name_of(outcome.verdict.result) +
             (left == 0 ? "" : "; " + std::to_string(left) + " left"));
  });
  const auto time = os::system_clock().wall();
  record.finished = os::utc_seconds(time);
  for (Outcome& outcome : record.outcomes) waive(outcome, site.waivers, os::utc_day(time));
  tell(record, words);
  keep(record, words);
  return record.is_passed() ? cli::exit_fine : cli::exit_not_so;
}

// What is tried is told in sentences: no column of a table has room for them.
void show(const Gate& gate) {
  constexpr std::size_t width = 79, indent = 6;
  const auto tell = [&](const std::string& text) {
    const std::string lines = view::wrapped(text, width - indent);
    for (const std::string_view line : base::lines_of(lines))
      std::cout << std::string(indent, ' ') << line << "\n";
  };
  std::string head = gate.id;
  head.resize(std::max(head.size() + 1, indent), ' ');
  std::cout << head << gate.name << "\n";
  tell(gate.summary);
  if (*gate.needs != '\0') tell(std::string("needs ") + gate.needs);
}

int list_gates(const Words& words) {
  List items;
  for (const Gate& gate : gates::all_gates())
    items.emplace_back(Dict{
        {"id", gate.id}, {"name", gate.name}, {"summary", gate.summary}, {"needs", gate.needs}});
  if (words.is_json)
    cli::print_json(Value(Dict{{"gates", std::move(items)}}));
  else
    for (const Gate& gate : gates::all_gates()) show(gate);
  return cli::exit_fine;
}

}  // namespace

void add_gates(CLI::App& command, Action& action) {
  const auto words = std::make_shared<Words>();
  command.require_subcommand(0, 1);
  CLI::App* run = add_command(command, action, words, "run",
                              "carry gates out on an instance's cluster, leaving nothing there; "
                              "exit status 2 where one does not pass and is not waived",
                              run_gates);
  cli::add_instance_option(*run, words->instance);
  cli::add_inventory_options(*run, words->run, "inventory");
  add_many(*run, "--gate", words->gates, "this one alone, by number or name; may be given again");
  run->add_option("--store", words->store, "where artefacts are kept (artifacts in the state)");
  run->add_flag("--deployed", words->is_deployed,
                "the platform stands there: what it brings is to be found, and what can be tried "
                "only then is tried");
  run->add_flag("--json", words->is_json, "as JSON");
  run->add_option("--junit", words->junit, "also as JUnit's XML into this file; - for here");
  run->add_option("--page", words->page, "also as a page into this file; - for here");
  CLI::App* list = add_command(command, action, words, "list",
                               "the gates that there are, and what each needs", list_gates);
  list->add_flag("--json", words->is_json, "as JSON");
}

}  // namespace provisioner::platform

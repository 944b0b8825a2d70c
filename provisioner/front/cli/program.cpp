// From words to a command.

#include "provisioner/front/cli/program.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/front/cli/process_words.h"
#include "provisioner/front/cli/version.h"

namespace provisioner::cli {
namespace {

using base::Error;
using base::Kind;

constexpr int ansible_usage = 2, ansible_parse = 4, ansible_unexpected = 250;

void say(const Error& error) { std::cerr << error.render() << "\n"; }

// `run` and its kin keep ansible-playbook's numbers.
bool is_like_ansible(const std::vector<std::string>& words) {
  return !words.empty() && (words[0] == "run" || words[0] == "plan" || words[0] == "resume");
}

int status_of(const Error& error, bool is_run) {
  if (error.kind() == Kind::bug) return is_run ? ansible_unexpected : exit_bug;
  if (error.kind() == Kind::input && is_run) return ansible_parse;
  return exit_usage;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
    names.push_back(command->get_name());
  return names;
}

// Words that no option took.
void refuse_extra_words(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) refuse_extra_words(*command);
  const std::vector<std::string> extra = app.remaining();
  if (extra.empty()) return;
  const std::string& word = extra.front();
  const bool is_option = word.starts_with("-");
  Error error(Kind::usage,
              (is_option ? "there is no option '" : "nothing is known about '") + word + "' here");
  const auto names = is_option ? option_names(app) : command_names(app);
  const std::string hint = base::suggestion(word.substr(0, word.find('=')), names);
  throw error.set_hint(hint.empty() ? "see: " + app.get_display_name() + " --help" : hint);
}

// The command whose help is wanted: the innermost that was named.
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

int parse_and_run(const std::vector<std::string>& words) {
  Action action;
  const auto program = make_program(action);
  std::vector<std::string> reversed(words.rbegin(),
                                    words.rend());  // CLI11 takes them from the back
  try {
    program->parse(reversed);
    refuse_extra_words(*program);
  } catch (const CLI::CallForVersion&) {
    std::cout << version_text() << "\n";
    return exit_fine;
  } catch (const CLI::CallForHelp&) {
    std::cout << innermost(*program).help();
    return exit_fine;
  } catch (const CLI::ParseError& error) {
    throw Error(Kind::usage, error.what())
        .set_hint("see: " + innermost(*program).get_display_name() + " --help");
  }
  if (!action) {
    std::cout << innermost(*program).help();
    return words.empty() ? exit_fine : exit_usage;
  }
  return action();
}

}  // namespace

std::unique_ptr<CLI::App> make_program(Action& action) {
  auto program = std::make_unique<CLI::App>("Takes racked machines to a platform-ready cluster.",
                                            "provisioner");
  program->set_version_flag("--version", version_text());
  program->allow_extras();
  program->require_subcommand(0, 1);
  for (const Command& command : commands()) {
    CLI::App* added = program->add_subcommand(command.name, command.summary);
    added->allow_extras();
    if (command.is_hidden) added->group("");
    command.add(*added, action);
  }
  return program;
}

int run_program(const std::vector<std::string>& words) {
  set_process_words(words);
  const bool is_run = is_like_ansible(words);
  try {
    return parse_and_run(words);
  } catch (const Error& error) {
    say(error);
    if (error.kind() == Kind::usage && is_run) return ansible_usage;
    return status_of(error, is_run);
  } catch (const std::exception& error) {
    std::cerr << "error: this is a bug of provisioner: " << error.what() << "\n";
    return is_run ? ansible_unexpected : exit_bug;
  }
}

}  // namespace provisioner::cli

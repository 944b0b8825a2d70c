// From words to a command.

#include "provisioner/front/program/program.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/process_words.h"
#include "provisioner/front/cli/version.h"
#include "provisioner/front/program/commands.h"
#include "provisioner/front/program/offered_options.h"

namespace provisioner::program {
namespace {

using base::Error;
using base::Kind;
using cli::Action;
using cli::exit_bug;
using cli::exit_fine;
using cli::exit_signal;
using cli::exit_usage;
using cli::version_text;

void say(const Error& error) { std::cerr << error.render() << "\n"; }

// `run` and its kin keep ansible-playbook's numbers.
bool is_like_ansible(const std::vector<std::string>& words) {
  return !words.empty() && (words[0] == "run" || words[0] == "plan" || words[0] == "resume");
}

int status_of(const Error& error, bool is_run) {
  switch (error.kind()) {
    case Kind::bug:
      return is_run ? int{run::unexpected} : exit_bug;
    case Kind::usage:
      return is_run ? int{run::wrong_words} : exit_usage;
    case Kind::input:
      return is_run ? int{run::unreadable} : exit_usage;
    case Kind::stopped:
      return is_run ? int{run::interrupted} : exit_signal;
    default:
      return is_run ? int{run::own_failure} : exit_usage;
  }
}

// "provisioner runs show".
std::string path_of(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : path_of(*parent) + " " + app.get_name();
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : offered_options(app)) {
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
  const std::string word = extra.front().substr(0, extra.front().find('='));
  const bool is_option = word.starts_with("-");
  const auto names = is_option ? option_names(app) : command_names(app);
  const std::string what = is_option ? "option" : names.empty() ? "use for" : "command";
  Error error(Kind::usage, app.get_parent() == nullptr
                               ? "there is no " + what + " '" + word + "'"
                               : "'" + path_of(app) + "' has no " + what + " '" + word + "'");
  const bool is_letter = word.size() <= 2;  // every other one would be near
  const std::string hint = is_letter ? "" : base::suggestion(word, names);
  throw error.set_hint(hint.empty() ? "see: " + path_of(app) + " --help" : hint);
}

// The command whose help is wanted: the innermost that was named.
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : innermost(*chosen.front());
}

// The last word is an option that lacks its value.
const CLI::Option* unfinished_option(const CLI::App& app, const std::vector<std::string>& words) {
  for (const CLI::Option* option : app.get_options())
    if (!option->get_positional() && option->check_name(words.back())) return option;
  return nullptr;
}

const CLI::Option* missing_option(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options())
    if (option->get_required() && option->count() == 0) return option;
  return nullptr;
}

Error explained(const CLI::ParseError& error, const CLI::App& app,
                const std::vector<std::string>& words) {
  std::string text = error.what();
  const CLI::Option* missing = missing_option(app);
  const CLI::Option* unfinished = unfinished_option(app, words);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && missing != nullptr)
    text = "'" + missing->get_name() + "' is missing: " + missing->get_description();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && unfinished != nullptr)
    text = "'" + words.back() + "' needs a value: " + unfinished->get_description();
  return Error(Kind::usage, text).set_hint("see: " + path_of(app) + " --help");
}

// CLI11 has no name for those that are not offered.
std::string name_of(const CLI::Option& option) {
  const std::vector<std::string>& words = option.get_lnames();
  return words.empty() ? option.get_name() : "--" + words.front();
}

// `--store "$UNSET"` is not meant to be like no --store. `run` and its kin take what Ansible takes.
void refuse_empty_values(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) refuse_empty_values(*command);
  for (const CLI::Option* option : app.get_options())
    if (option->get_expected_max() > 0 &&
        std::ranges::find(option->results(), "") != option->results().end())
      throw Error(Kind::usage, "'" + name_of(*option) + "' is empty: " + option->get_description())
          .set_hint("leave it out, or give it a value; is a variable of the shell not set?");
}

// Also help may go to a disk that is full.
void require_written() {
  if (!std::cout.flush())
    throw Error(Kind::failed, "the output could not be written whole")
        .set_hint("is the disk full, or the reader gone?");
}

int told(const std::string& text, int status) {
  std::cout << text;
  require_written();
  return status;
}

int parse_and_run(const std::vector<std::string>& words) {
  Action action;
  const auto program = make_program(action);
  std::vector<std::string> reversed(words.rbegin(),
                                    words.rend());  // CLI11 takes them from the back
  try {
    program->parse(reversed);
    refuse_extra_words(*program);
    if (!is_like_ansible(words)) refuse_empty_values(*program);
  } catch (const CLI::CallForVersion&) {
    return told(version_text() + "\n", exit_fine);
  } catch (const CLI::CallForHelp&) {
    return told(program->help(), exit_fine);
  } catch (const CLI::ParseError& error) {
    throw explained(error, innermost(*program), words);
  }
  if (!action) return told(program->help(), words.empty() ? exit_fine : exit_usage);
  const int status = action();
  require_written();
  return status;
}

}  // namespace

std::unique_ptr<CLI::App> make_program(Action& action) {
  auto program = std::make_unique<CLI::App>("Takes racked machines to a platform-ready cluster.",
                                            "provisioner");
  program->set_version_flag("--version", version_text());
  program->allow_extras();
  program->require_subcommand(0, 1);
  for (const cli::Command& command : commands()) {
    CLI::App* added = program->add_subcommand(command.name, command.summary);
    added->allow_extras();
    command.add(*added, action);
  }
  return program;
}

int run_program(const std::vector<std::string>& words) {
  cli::set_process_words(words);
  const bool is_run = is_like_ansible(words);
  try {
    return parse_and_run(words);
  } catch (const Error& error) {
    say(error);
    return status_of(error, is_run);
  } catch (const std::exception& error) {
    std::cerr << "error: this is a bug of provisioner: " << base::escape_for_terminal(error.what())
              << "\n";
    return is_run ? int{run::unexpected} : exit_bug;
  }
}

}  // namespace provisioner::program

// provisioner completion, provisioner man: both made from the table of commands and their options.

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <sstream>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/version.h"
#include "provisioner/front/program/commands.h"
#include "provisioner/front/program/offered_options.h"
#include "provisioner/front/program/program.h"

namespace provisioner::program {
namespace {

using cli::Action;
using cli::exit_fine;
using cli::exit_meanings;
using cli::ExitMeaning;
using cli::version_text;

// A command with its path ("inventory list"), and what may stand behind it.
struct Place {
  std::string path;
  std::string summary;
  std::vector<std::string> commands, options;
  const CLI::App* app;
};

void collect(const CLI::App& app, const std::string& path, std::vector<Place>& places) {
  Place place{path, app.get_description(), {}, {}, &app};
  std::vector<const CLI::App*> below;
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); })) {
    place.commands.push_back(command->get_name());
    below.push_back(command);
  }
  for (const CLI::Option* option : offered_options(app)) {
    for (const std::string& name : option->get_lnames()) place.options.push_back("--" + name);
    for (const std::string& name : option->get_snames()) place.options.push_back("-" + name);
  }
  places.push_back(place);
  for (const CLI::App* command : below)
    collect(*command, path.empty() ? command->get_name() : path + " " + command->get_name(),
            places);
}

std::vector<Place> all_places() {
  static Action unused;
  static const std::unique_ptr<CLI::App> program = make_program(unused);
  std::vector<Place> places;
  collect(*program, "", places);
  return places;
}

// The words that are no options name the place; everything else is a file.
void print_bash(std::ostream& out) {
  out << "_provisioner() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} path= word\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"$path $word\" in\n";
  for (const Place& place : all_places())
    if (!place.path.empty())
      out << "      '" << (place.path.find(' ') == std::string::npos ? " " : "") << place.path
          << "') path='" << place.path << "' ;;\n";
  out << "    esac\n  done\n  local words=\n  case \"$path\" in\n";
  for (const Place& place : all_places())
    out << "    '" << place.path << "') words='" << base::join(place.commands, " ")
        << (place.commands.empty() ? "" : " ") << base::join(place.options, " ") << "' ;;\n";
  out << "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "}\n"
         "complete -o default -F _provisioner provisioner\n";
}

void print_zsh(std::ostream& out) {
  out << "#compdef provisioner\nautoload -U +X bashcompinit && bashcompinit\n";
  print_bash(out);
}

void print_fish(std::ostream& out) {
  for (const Place& place : all_places()) {
    const auto words =
        place.path.empty() ? std::vector<std::string>{} : base::split(place.path, ' ');
    std::string condition =
        words.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + words.back();
    for (const std::string& command : place.commands)
      out << "complete -c provisioner -f -n '" << condition << "' -a " << command << "\n";
    for (const std::string& option : place.options)
      out << "complete -c provisioner -n '" << condition << "' "
          << (option.starts_with("--") ? "-l " + option.substr(2) : "-s " + option.substr(1))
          << "\n";
  }
}

int complete(const std::string& shell) {
  if (shell == "bash")
    print_bash(std::cout);
  else if (shell == "zsh")
    print_zsh(std::cout);
  else if (shell == "fish")
    print_fish(std::cout);
  else
    throw base::Error(base::Kind::usage,
                      "there is completion for bash, zsh and fish, not for '" + shell + "'");
  return exit_fine;
}

std::string roff(std::string text) {
  text = base::replace_all(base::replace_all(std::move(text), "\\", "\\e"), "-", "\\-");
  return text.starts_with('.') || text.starts_with('\'') ? "\\&" + text : text;
}

// The numbers that mean something to whoever calls us.
void print_exit_codes(std::ostream& out) {
  out << ".SH EXIT STATUS\n";
  for (const auto& [code, of_run, of_others] : exit_meanings()) {
    out << ".TP\n.B " << code << "\n";
    if (*of_run != '\0') out << "run, plan, resume: " << roff(of_run) << "\n";
    if (*of_others != '\0')
      out << (*of_run != '\0' ? ".br\n" : "") << "other commands: " << roff(of_others) << "\n";
  }
}

int print_manual() {
  std::ostream& out = std::cout;
  out << ".TH PROVISIONER 1 \"\" \"" << roff(version_text())
      << "\"\n.SH NAME\nprovisioner \\- takes racked machines to a platform\\-ready cluster\n"
      << ".SH SYNOPSIS\n.B provisioner\n.I COMMAND\n[options]\n.SH COMMANDS\n";
  for (const Place& place : all_places()) {
    if (place.path.empty()) continue;
    out << ".SS provisioner " << roff(place.path) << "\n" << roff(place.summary) << "\n";
    for (const CLI::Option* option : offered_options(*place.app)) {
      if (option->get_description().empty()) continue;
      out << ".TP\n.B " << roff(option->get_name(true, true)) << "\n"
          << roff(option->get_description()) << "\n";
    }
  }
  print_exit_codes(out);
  out << ".SH FILES\n.TP\n.I /var/lib/provisioner\nruns, locks and host keys; for people other "
         "than root ~/.local/state/provisioner, or where PROVISIONER_STATE says\n"
      << ".SH SEE ALSO\nansible\\-playbook(1), ansible\\-inventory(1), ssh_config(5)\n";
  return exit_fine;
}

}  // namespace

void add_completion(CLI::App& command, Action& action) {
  const auto shell = std::make_shared<std::string>();
  command.add_option("shell", *shell, "bash, zsh or fish")->required();
  command.callback([shell, &action] { action = [shell] { return complete(*shell); }; });
}

void add_man(CLI::App& command, Action& action) {
  command.callback([&action] { action = print_manual; });
}

}  // namespace provisioner::program

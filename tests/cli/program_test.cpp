// Words to commands: what is told where there is no such word, and the exit status.

#include "provisioner/front/program/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/program/commands.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Program, SaysItsVersion) {
  const Spoken spoken = speak({"--version"});
  EXPECT_EQ(spoken.status, exit_fine);
  EXPECT_THAT(spoken.out, StartsWith("provisioner "));
}

TEST(Program, ShowsItsCommandsWhereNothingIsSaid) {
  const Spoken spoken = speak({});
  EXPECT_EQ(spoken.status, exit_fine);
  for (const Command& command : program::commands())
    EXPECT_THAT(spoken.out, HasSubstr(command.name));
}

TEST(Program, NamesTheNearestCommand) {
  const Spoken spoken = speak({"inventry"});
  EXPECT_EQ(spoken.status, exit_usage);
  EXPECT_EQ(spoken.errors,
            "error: there is no command 'inventry'\nhint: did you mean 'inventory'?\n");
}

TEST(Program, NamesTheNearestSubcommand) {
  const Spoken spoken = speak({"runs", "lst"});
  EXPECT_EQ(spoken.status, exit_usage);
  EXPECT_EQ(spoken.errors,
            "error: 'provisioner runs' has no command 'lst'\nhint: did you mean 'list'?\n");
}

TEST(Program, NamesTheNearestOption) {
  const Spoken spoken = speak({"run", "site.yml", "--lmit", "n1"});
  EXPECT_EQ(spoken.status, 2);
  EXPECT_EQ(spoken.errors,
            "error: 'provisioner run' has no option '--lmit'\nhint: did you mean '--limit'?\n");
}

TEST(Program, SaysWhereHelpIsForAWordThatIsLikeNoOther) {
  const Spoken spoken = speak({"lab", "--frobnicate"});
  EXPECT_EQ(spoken.status, exit_usage);
  EXPECT_EQ(spoken.errors,
            "error: 'provisioner lab' has no option '--frobnicate'\n"
            "hint: see: provisioner lab --help\n");
}

TEST(Program, SaysWhichWordIsMissing) {
  const Spoken spoken = speak({"run"});
  EXPECT_EQ(spoken.status, 2);
  EXPECT_EQ(spoken.errors,
            "error: 'playbook' is missing: playbooks to run, in this order\n"
            "hint: see: provisioner run --help\n");
}

TEST(Program, SaysWhatAnOptionLacks) {
  const Spoken spoken = speak({"run", "site.yml", "--limit"});
  EXPECT_EQ(spoken.status, 2);
  EXPECT_EQ(spoken.errors,
            "error: '--limit' needs a value: only these hosts: a pattern\n"
            "hint: see: provisioner run --help\n");
}

TEST(Program, SaysThatANumberIsNone) {
  const Spoken spoken = speak({"run", "site.yml", "--forks", "many"});
  EXPECT_EQ(spoken.status, 2);
  EXPECT_EQ(spoken.errors,
            "error: --forks: a whole number is expected, not 'many'\n"
            "hint: see: provisioner run --help\n");
}

TEST(Program, TakesNoEmptyValueForNone) {
  const std::string hint =
      "hint: leave it out, or give it a value; is a variable of the shell not set?\n";
  const Spoken store = speak({"image", "gc", "--store", ""});
  EXPECT_EQ(store.status, exit_usage);
  EXPECT_EQ(store.errors,
            "error: '--store' is empty: where images are kept (images in the state)\n" + hint);
  EXPECT_EQ(speak({"burnin", "n1", "--parts", ""}).errors,
            "error: '--parts' is empty: of memory,cpu,disk,network; else all of them\n" + hint);
}

TEST(Program, ListsModulesForProgramsToo) {
  const Spoken spoken = speak({"module", "list", "--json"});
  EXPECT_EQ(spoken.status, exit_fine);
  EXPECT_THAT(spoken.out, testing::StartsWith("[\n    \""));
  EXPECT_THAT(spoken.out, HasSubstr("    \"copy\",\n    \"debug\",\n"));  // once
  EXPECT_EQ(spoken.errors, "");
}

TEST(Program, LoadsAtLeastOneNodeAtATime) {
  for (const char* forks : {"0", "-5"})
    EXPECT_EQ(speak({"burnin", "n1", "--forks", forks}).status, exit_usage);
}

TEST(Program, ShowsTheHelpOfTheInnermostCommand) {
  const Spoken spoken = speak({"runs", "show", "--help"});
  EXPECT_EQ(spoken.status, exit_fine);
  EXPECT_THAT(spoken.out, HasSubstr("provisioner runs show"));
}

TEST(Program, AsksForTheRestOfACommandThatIsHalfNamed) {
  const Spoken spoken = speak({"runs"});
  EXPECT_EQ(spoken.status, exit_usage);
  EXPECT_THAT(spoken.out, HasSubstr("report"));
}

TEST(Program, HasASummaryForEveryCommandAndEveryOption) {
  Action action;
  const auto program = program::make_program(action);
  const auto shown = [](const CLI::App* one) { return !one->get_group().empty(); };
  std::vector<const CLI::App*> open = {program.get()};
  while (!open.empty()) {
    const CLI::App* app = open.back();
    open.pop_back();
    EXPECT_NE(app->get_description(), "") << app->get_display_name();
    for (const CLI::Option* option : app->get_options())
      EXPECT_NE(option->get_description(), "") << app->get_display_name() << option->get_name();
    for (const CLI::App* below : app->get_subcommands(shown)) open.push_back(below);
  }
}

}  // namespace
}  // namespace provisioner::cli

// The pages for people name all there is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/ansible_settings.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/program/program.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

// By its whole name: "runs list" is not "run".
auto HasCommand(const std::string& name) {
  return AnyOf(HasSubstr("`" + name + "`"), HasSubstr("`" + name + " "));
}

const std::string docs = PROJECT_DIRECTORY "/docs/";

TEST(Manual, HasEveryKeyOfTheConfigurationAndEveryVariable) {
  const std::string page = os::require_file(docs + "manual-configuration.md");
  for (const Setting& setting : settings()) {
    const std::string whole = setting.key;
    const std::string section = "[" + whole.substr(0, whole.find('.')) + "] ";
    const std::string name = whole.substr(whole.find('.') + 1);
    EXPECT_THAT(page, AnyOf(HasSubstr("`" + name + "`"), HasSubstr("`" + section + name + "`")));
    for (const std::string variable : setting.variables)
      EXPECT_THAT(page, HasSubstr("`" + variable + "`")) << whole;
  }
}

TEST(Manual, HasEveryCommand) {
  const std::string page = os::require_file(docs + "manual.md");
  Action action;
  const auto program = program::make_program(action);
  const auto shown = [](const CLI::App* one) { return !one->get_group().empty(); };
  for (const CLI::App* command : program->get_subcommands(shown)) {
    const auto below = command->get_subcommands(shown);
    if (below.empty()) {
      EXPECT_THAT(page, HasCommand(command->get_name()));
    }
    for (const CLI::App* one : below)
      EXPECT_THAT(page, HasCommand(command->get_name() + " " + one->get_name()));
  }
}

TEST(Manual, TellsWhatEveryExitCodeMeans) {
  const std::string page = os::require_file(docs + "manual.md");
  const auto cell = [](const std::string& text) { return (text.empty() ? "" : text + " ") + "|"; };
  for (const auto& [code, of_run, of_others] : exit_meanings())
    EXPECT_THAT(page, HasSubstr("\n| " + std::to_string(code) + " | " + cell(of_run) + " " +
                                cell(of_others) + "\n"));
}

TEST(ManualPage, TellsWhatEveryExitCodeMeans) {
  const std::string page = speak({"man"}).out;
  for (const ExitMeaning& meaning : exit_meanings())
    EXPECT_THAT(page, HasSubstr(".B " + std::to_string(meaning.code) + "\n"));
  EXPECT_THAT(page, HasSubstr(".B 250\nrun, plan, resume: a bug of ours\n"));
}

TEST(ManualPage, IsMadeOfEveryCommand) {
  const std::string page = speak({"man"}).out;
  EXPECT_THAT(page, HasSubstr(".TH PROVISIONER 1"));
  EXPECT_THAT(page, HasSubstr(".SS provisioner runs report"));
  EXPECT_THAT(page, HasSubstr("\\-\\-start\\-at\\-task"));
}

TEST(Completion, OffersNothingThatIsRefused) {
  EXPECT_THAT(speak({"completion", "bash"}).out, Not(HasSubstr("--step ")));
  EXPECT_THAT(speak({"completion", "fish"}).out, Not(HasSubstr("-l step\n")));
  EXPECT_THAT(speak({"run", "--help"}).out, Not(HasSubstr("--step")));
  EXPECT_THAT(speak({"man"}).out, Not(HasSubstr("\\-\\-step")));
}

TEST(Completion, IsThereForThreeShells) {
  EXPECT_THAT(speak({"completion", "bash"}).out, HasSubstr("complete -o default -F _provisioner"));
  EXPECT_THAT(speak({"completion", "zsh"}).out, HasSubstr("#compdef provisioner"));
  EXPECT_THAT(speak({"completion", "fish"}).out, HasSubstr("-l start-at-task"));
  EXPECT_EQ(speak({"completion", "csh"}).errors,
            "error: there is completion for bash, zsh and fish, not for 'csh'\n");
}

}  // namespace
}  // namespace provisioner::cli

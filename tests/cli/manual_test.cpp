// The pages for people name all there is.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "provisioner/base/os/files.h"
#include "provisioner/front/cli/ansible_settings.h"
#include "provisioner/front/cli/program.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;

const std::string docs = PROJECT_DIRECTORY "/docs/";

TEST(Manual, HasEveryKeyOfTheConfigurationAndEveryVariable) {
  const std::string page = os::require_file(docs + "manual-configuration.md");
  for (const Setting& setting : settings()) {
    const std::string key = setting.key;
    EXPECT_THAT(page, HasSubstr(key.substr(key.find('.') + 1) + "`")) << key;
    for (const char* variable : setting.variables)
      EXPECT_THAT(page, HasSubstr(variable)) << key;
  }
}

TEST(Manual, HasEveryCommand) {
  const std::string page = os::require_file(docs + "manual.md");
  Action action;
  const auto program = make_program(action);
  const auto shown = [](const CLI::App* one) { return !one->get_group().empty(); };
  for (const CLI::App* command : program->get_subcommands(shown)) {
    EXPECT_THAT(page, HasSubstr("`" + command->get_name()));
    for (const CLI::App* one : command->get_subcommands(shown))
      EXPECT_THAT(page, HasSubstr("`" + command->get_name() + " " + one->get_name()));
  }
}

TEST(ManualPage, IsMadeOfEveryCommand) {
  const std::string page = speak({"man"}).out;
  EXPECT_THAT(page, HasSubstr(".TH PROVISIONER 1"));
  EXPECT_THAT(page, HasSubstr(".SS provisioner runs report"));
  EXPECT_THAT(page, HasSubstr("\\-\\-start\\-at\\-task"));
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

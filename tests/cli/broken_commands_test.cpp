// Every folder of tests/cases/errors/command holds a command line that is refused ("command"), the
// files it is about, and expected.txt: all that is said, then the exit code. PROVISIONER_ACCEPT=1
// rewrites the expected texts.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

const std::string cases = PROJECT_DIRECTORY "/tests/cases/errors/command";

class BrokenCommand : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { std::filesystem::current_path(cases + "/" + GetParam()); }

 private:
  const Desk desk_;
};

TEST_P(BrokenCommand, IsExplainedWhole) {
  const Spoken spoken = speak(base::shell_split(os::require_file("command")));
  const std::string text = spoken.errors + "exit " + std::to_string(spoken.status) + "\n";
  if (std::getenv("PROVISIONER_ACCEPT") != nullptr) os::write_file("expected.txt", text);
  EXPECT_EQ(text, os::read_file("expected.txt").value_or(""));
}

INSTANTIATE_TEST_SUITE_P(Cases, BrokenCommand, testing::ValuesIn(os::entries(cases)),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace provisioner::cli

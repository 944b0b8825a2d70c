#include "provisioner/node/host/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "provisioner/base/base/error.h"
#include "tests/support/processes.h"

namespace provisioner::host {
namespace {

using std::chrono::milliseconds;

ChildCommand shell(const std::string& line) {
  ChildCommand command;
  command.argv = {"sh", "-c", line};
  return command;
}

TEST(Child, GivesBothStreamsAndTheStatus) {
  const CommandResult answer = run_child(shell("echo out; echo err >&2; exit 3"));

  EXPECT_EQ(answer.out, "out\n");
  EXPECT_EQ(answer.err, "err\n");
  EXPECT_EQ(answer.status, 3);
}

TEST(Child, TellsASignalFromAnExitCode) {
  const CommandResult answer = run_child(shell("kill -9 $$"));

  EXPECT_EQ(answer.signal, SIGKILL);
  EXPECT_EQ(answer.status, 128 + SIGKILL);
}

TEST(Child, AnswersWhyAProgramCouldNotStart) {
  ChildCommand missing, forbidden;
  missing.argv = {"/no/such/program"};
  forbidden.argv = {"/etc/passwd"};

  EXPECT_EQ(run_child(missing).error, ENOENT);
  EXPECT_EQ(run_child(forbidden).error, EACCES);
}

TEST(Child, FeedsMoreThanAPipeHolds) {
  ChildCommand command = shell("wc -c");
  command.input = std::string(1 << 20, 'x');

  EXPECT_EQ(run_child(command).out, "1048576\n");
}

TEST(Child, SurvivesAProgramThatDoesNotRead) {
  ChildCommand command = shell("exit 0");
  command.input = std::string(1 << 20, 'x');

  EXPECT_EQ(run_child(command).status, 0);
}

TEST(Child, CutsOutputThatWouldFillTheMemory) {
  const CommandResult answer = run_child(shell("head -c 20000000 /dev/zero"));

  EXPECT_EQ(answer.out.size(), max_output + std::string("\n[output cut at 8 MiB]\n").size());
}

TEST(Child, KillsTheWholeGroupAtTheDeadline) {
  const std::string word = "98761." + std::to_string(::getpid());
  ChildCommand command = shell("sleep " + word + " & sleep " + word);
  command.deadline = milliseconds(50);

  EXPECT_THROW(run_child(command), base::Error);
  tests::wait_until("nobody of the group is left",
                    [&] { return tests::processes_with(word).empty(); });
}

TEST(Child, DoesNotWaitForADaemonThatIsLeftBehind) {
  ChildCommand command = shell("echo early; sleep 100 & echo $!");
  command.deadline = std::chrono::seconds(10);

  const CommandResult answer = run_child(command);

  EXPECT_THAT(answer.out, testing::StartsWith("early\n"));
  kill(std::stoi(answer.out.substr(6)), SIGKILL);
}

TEST(Child, RunsInADirectoryWithAddedEnvironment) {
  ChildCommand command = shell("pwd; echo $NAME $PATH");
  command.directory = "/";
  command.environment = {{"NAME", "value"}, {"PATH", "/bin"}};

  EXPECT_EQ(run_child(command).out, "/\nvalue /bin\n");
}

TEST(Child, AnswersAQuestionInTime) {
  EXPECT_EQ(ask_in_child([] { return std::string("yes"); }, std::chrono::seconds(10)), "yes");
}

TEST(Child, GivesUpOnAQuestionThatHangs) {
  const auto forever = [] {
    pause();
    return std::string();
  };

  EXPECT_EQ(ask_in_child(forever, milliseconds(20)), std::nullopt);
}

}  // namespace
}  // namespace provisioner::host

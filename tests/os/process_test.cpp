// Programs: what goes in, what comes out, and that a deadline ends all of it.

#include "provisioner/base/os/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "tests/support/processes.h"

namespace provisioner::os {
namespace {

CommandResult shell(const std::string& script) { return run({.argv = {"/bin/sh", "-c", script}}); }

std::string refusal_of(const Command& command) {
  try {
    return "ran: " + run_checked(command);
  } catch (const base::Error& error) {
    return error.render();
  }
}

// A number that no other command line holds.
std::string own_word() { return "7" + std::to_string(::getpid()) + "31"; }

TEST(Run, KeepsOutputErrorsAndStatusApart) {
  const CommandResult result = shell("echo out; echo err >&2; exit 3");

  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
  EXPECT_EQ(result.status, 3);
  EXPECT_FALSE(result.is_timed_out);
}

TEST(Run, TellsASignalAsTheShellDoes) { EXPECT_EQ(shell("kill -9 $$").status, 128 + 9); }

TEST(Run, TakesWordsAsTheyAre) {
  EXPECT_EQ(run({.argv = {"printf", "%s|", "a b", "$HOME", "*", ""}}).out, "a b|$HOME|*||");
}

TEST(Run, MovesMuchBothWaysAtOnce) {
  const std::string text(3'000'000, 'x');

  EXPECT_EQ(run({.argv = {"cat"}, .input = text}).out, text);
}

TEST(Run, DoesNotMindAProgramThatReadsNothing) {
  EXPECT_EQ(run({.argv = {"true"}, .input = std::string(3'000'000, 'x')}).status, 0);
}

TEST(Run, GivesAnEmptyInputWhereThereIsNone) { EXPECT_EQ(run({.argv = {"cat"}}).out, ""); }

TEST(Run, AddsToTheEnvironment) {
  ::setenv("PROVISIONER_TEST", "old", 1);

  EXPECT_EQ(run({.argv = {"/bin/sh", "-c", "echo $PROVISIONER_TEST ${PATH:+path}"},
                 .environment = {{"PROVISIONER_TEST", "new"}}})
                .out,
            "new path\n");
  ::unsetenv("PROVISIONER_TEST");
}

TEST(Run, StandsWhereItIsTold) { EXPECT_EQ(run({.argv = {"pwd"}, .directory = "/"}).out, "/\n"); }

TEST(Run, IsEndedAtItsDeadlineWithAllItStarted) {
  const std::string word = own_word();

  const CommandResult result =
      run({.argv = {"/bin/sh", "-c", "sleep " + word + " & echo begun; sleep " + word},
           .deadline = std::chrono::milliseconds(200)});

  EXPECT_TRUE(result.is_timed_out);
  EXPECT_EQ(result.status, 128 + 9);
  EXPECT_EQ(result.out, "begun\n");
  tests::wait_until("all have gone", [&] { return tests::processes_with(word).empty(); });
}

TEST(Run, IsNotKeptByADaemonThatHoldsItsOutput) {
  const std::string word = own_word();

  const CommandResult result =
      run({.argv = {"/bin/sh", "-c", "setsid sleep " + word + " & echo up"},
           .deadline = std::chrono::milliseconds(500)});

  EXPECT_EQ(result.out, "up\n");
  EXPECT_EQ(result.status, 0);
  for (const pid_t pid : tests::processes_with(word)) ::kill(pid, SIGKILL);
}

TEST(Run, InheritsNoDescriptorThatWasOpenedHere) {
  const std::string before = shell("ls /proc/self/fd").out;
  const Child other = spawn({.argv = {"cat"}});
  const TemporaryDirectory directory;

  EXPECT_EQ(shell("ls /proc/self/fd").out, before);
}

TEST(Run, IsEndedByASignalHandlerWithAllItStarted) {
  const std::string word = own_word();
  struct sigaction action {}, before {};
  action.sa_handler = [](int) { stop_running_program(); };
  ::sigaction(SIGALRM, &action, &before);
  ::alarm(1);
  try {
    run({.argv = {"/bin/sh", "-c", "sleep " + word + "; true"}, .is_stoppable = true});
    ADD_FAILURE() << "it ended by itself";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::stopped);
    EXPECT_EQ(error.message(), "'/bin/sh' was stopped");
  }
  ::sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(tests::processes_with(word), std::vector<pid_t>());
}

TEST(Run, IsNotEndedByASignalHandlerUnlessItMayBe) {
  stop_running_program();
  EXPECT_EQ(shell("exit 3").status, 3);
}

TEST(Run, IsBrokenOffByWhoeverWaitsWithAllItStarted) {
  const std::string word = own_word();
  int asked = 0;
  try {
    run({.argv = {"/bin/sh", "-c", "sleep " + word + "; true"},
         .is_stopped = [&] { return ++asked > 3; }});
    ADD_FAILURE() << "it ended by itself";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::stopped);
  }
  EXPECT_EQ(tests::processes_with(word), std::vector<pid_t>());
}

TEST(Run, BeginsNothingForWhoeverHasStopped) {
  const TemporaryDirectory folder;
  const Command command{.argv = {"touch", folder.path() + "/begun"},
                        .is_stopped = [] { return true; }};
  EXPECT_THROW(run(command), base::Error);
  EXPECT_FALSE(exists(folder.path() + "/begun"));
}

TEST(Run, EndsWithUsWhateverEndsUs) {
  const std::string word = own_word();
  const pid_t parent = ::fork();
  if (parent == 0) {
    run({.argv = {"sleep", word}, .ends_with_us = true});
    ::_exit(0);
  }
  const auto is_asleep = [&] {
    const auto found = tests::processes_with(word);
    return found.size() == 1 && read_file("/proc/" + std::to_string(found.front()) + "/comm") ==
                                    "sleep\n";
  };
  tests::wait_until("it sleeps", is_asleep);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  tests::wait_until("it has gone", [&] { return tests::processes_with(word).empty(); });
}

TEST(Run, IsNamedByItsOwnNameWhereItEndsWithUs) {
  const Command command{.argv = {"no-such-program"}, .ends_with_us = true};
  EXPECT_EQ(refusal_of(command), "error: there is no program 'no-such-program' on this machine");
  EXPECT_EQ(run({.argv = {"/bin/sh", "-c", "exit 7"}, .ends_with_us = true}).status, 7);
}

TEST(Run, IsEndedWhereItSaysTooMuch) {
  EXPECT_EQ(refusal_of({.argv = {"yes"}}), "error: 'yes' said more than 64 MiB and was stopped");
}

TEST(RunChecked, TellsTheProgramItsStatusAndItsLastWords) {
  EXPECT_EQ(refusal_of({.argv = {"/bin/sh", "-c", "echo out; echo '\x1b[31mbad' >&2; exit 3"}}),
            "error: '/bin/sh -c echo out; echo '\\x1b[31mbad' >&2; exit 3' ended with status 3\n"
            "    \\x1b[31mbad");
}

TEST(RunChecked, TellsTheDeadline) {
  EXPECT_EQ(refusal_of({.argv = {"sleep", "1000"}, .deadline = std::chrono::milliseconds(100)}),
            "error: 'sleep 1000' did not end within 100 ms");
}

TEST(RunChecked, TellsTheProgramThatIsNotThere) {
  EXPECT_EQ(refusal_of({.argv = {"no-such-program"}}),
            "error: there is no program 'no-such-program' on this machine");
}

TEST(Spawned, IsWaitedForAndAnswers) {
  Child child = spawn({.argv = {"/bin/sh", "-c", "read line; exit $line"}});
  EXPECT_EQ(child.wait(std::chrono::milliseconds(50)), std::nullopt);

  ASSERT_EQ(::write(child.input().number(), "7\n", 2), 2);

  EXPECT_EQ(child.wait(std::chrono::seconds(30)), 7);
}

TEST(Spawned, AnswersAgainAndNotForAnother) {
  Child other = spawn({.argv = {"sleep", "1000"}}), child = spawn({.argv = {"false"}});
  EXPECT_EQ(child.wait(std::chrono::seconds(30)), 1);

  EXPECT_EQ(child.wait(std::chrono::seconds(30)), 1);

  EXPECT_EQ(other.wait({}), std::nullopt);
}

TEST(Spawned, GoesWithItsHandle) {
  const std::string word = own_word();
  {
    const Child child = spawn({.argv = {"sleep", word}});
    tests::wait_until("it runs", [&] { return tests::processes_with(word).size() == 1; });
  }
  EXPECT_TRUE(tests::processes_with(word).empty());
}

TEST(Spawned, StaysWhereItWasReleased) {
  Child child = spawn({.argv = {"sleep", "1000"}});
  const pid_t pid = child.release();
  EXPECT_EQ(::kill(pid, SIGKILL), 0);
}

TEST(Spawned, InheritsNothingButTheThreeStandardDescriptors) {
  const int open_to_children = ::open("/dev/null", O_RDONLY);  // without FD_CLOEXEC
  ASSERT_GE(open_to_children, 3);

  const std::string path = "/proc/self/fd/" + std::to_string(open_to_children);
  const CommandResult output = run({.argv = {"test", "!", "-e", path}});
  ::close(open_to_children);

  EXPECT_EQ(output.status, 0);
}

TEST(FindProgram, LooksInThePathAndWhereSystemProgramsAre) {
  EXPECT_TRUE(find_program("sh"));
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  EXPECT_EQ(find_program("/no/such/program"), std::nullopt);
  EXPECT_EQ(find_program("no-such-program"), std::nullopt);
}

}  // namespace
}  // namespace provisioner::os

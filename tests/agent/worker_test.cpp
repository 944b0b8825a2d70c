// Tasks that take too long, die, hang or are told to stop, and what is left of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <thread>

#include "provisioner/base/crypto/digest.h"
#include "provisioner/node/agent/patience.h"
#include "tests/support/agent_client.h"
#include "tests/support/dead_file_server.h"
#include "tests/support/private_place.h"

namespace provisioner::agent {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using tests::AgentClient;
using tests::processes_with;
using tests::request_of;
using tests::text_of;
using tests::wait_until;
using value::Dict;
using wire::Ending;
using wire::FrameKind;

constexpr wire::TaskNumber task = 5;

class Worker : public testing::Test {
 protected:
  // A number no other process has in its command line, that `sleep` takes.
  static std::string long_time() {
    return "9" + std::to_string(::getpid()) + std::to_string(::rand() % 1000);
  }

  wire::Request shell(const std::string& command) const {
    return request_of("shell", Dict{{"_raw_params", command}});
  }

  void submit_and_see(const std::string& command, std::size_t processes) {
    agent_.submit(task, shell(command));
    wait_until("the command runs", [&] { return processes_with(word_).size() >= processes; });
  }

  pid_t worker() const {
    const std::string self = std::to_string(agent_.pid());
    return static_cast<pid_t>(
        std::stoi(os::require_file("/proc/" + self + "/task/" + self + "/children")));
  }

  void expect_nobody() const {
    wait_until("all have gone", [&] { return processes_with(word_).empty(); });
    EXPECT_THAT(processes_with(word_), IsEmpty());
  }

  std::string word_ = long_time();
  AgentClient agent_{{HASTY_AGENT}};
};

TEST_F(Worker, TellsHowItGoes) {
  agent_.submit(task, shell("sleep " + word_));

  const value::Value progress = agent_.progress(task);

  EXPECT_EQ(value::text_or(progress, "doing", ""), "run /bin/sh");
  EXPECT_GE(progress.find("seconds")->real(), 0.1);
}

TEST_F(Worker, IsEndedAtItsDeadlineWithAllItStarted) {
  auto request = shell("sleep " + word_ + " & (setsid sleep " + word_ + ") & trap '' TERM; sleep " +
                       word_ + "; sleep " + word_);
  request.deadline = std::chrono::milliseconds(700);

  const auto outcome = agent_.call(request);

  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_EQ(text_of(outcome, "msg"),
            "The shell action failed to execute in the expected time frame (1) and was terminated");
  expect_nobody();
}

TEST_F(Worker, IsEndedByACancelWithAllItStarted) {
  submit_and_see("sleep " + word_ + " & sleep " + word_, 2);

  agent_.send({FrameKind::cancel, task, {}});

  const auto outcome = agent_.outcome(task);
  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_THAT(text_of(outcome, "msg"), HasSubstr("the task was stopped after "));
  expect_nobody();
}

TEST_F(Worker, LeavesADaemonAloneThatACommandStarted) {
  const auto outcome = agent_.call(
      shell("setsid sleep " + word_ + " >/dev/null 2>&1 </dev/null & wait_for=$!; true"));

  EXPECT_EQ(outcome.ending, Ending::changed);
  wait_until("the daemon runs", [&] { return processes_with(word_).size() == 1; });
  EXPECT_EQ(agent_.end(), 0);
  ASSERT_EQ(processes_with(word_).size(), 1U);
  ::kill(processes_with(word_).front(), SIGKILL);
}

TEST_F(Worker, WhoseDeathIsUnknownCostsNoSession) {
  for (const int signal : {SIGKILL, SIGSEGV}) {
    submit_and_see("sleep " + word_, 1);
    ::kill(worker(), signal);

    const auto outcome = agent_.outcome(task);

    EXPECT_EQ(outcome.ending, Ending::unknown);
    EXPECT_EQ(text_of(outcome, "msg"),
              std::string("the worker of 'shell' was lost (signal ") +
                  (signal == SIGKILL ? "9, Killed" : "11, Segmentation fault") +
                  "): what it did is unknown");
    expect_nobody();
  }
  EXPECT_EQ(agent_.call(shell("true")).ending, Ending::changed);
}

TEST(Patience, LetsASessionEndWithinASecond) {
  EXPECT_LT(2 * Patience{}.goodbye, std::chrono::seconds(1));
}

TEST_F(Worker, EndsWithTheSession) {
  AgentClient agent({HASTY_AGENT, "--stubborn"});
  agent.submit(task, shell("trap '' TERM; sleep " + word_ + " & (setsid sleep " + word_ +
                           ") & sleep " + word_));
  wait_until("the command runs", [&] { return processes_with(word_).size() >= 3; });

  EXPECT_EQ(agent.end(), 0);

  expect_nobody();
}

TEST_F(Worker, DiesWithASupervisorThatIsKilled) {
  submit_and_see("exec sleep " + word_, 1);

  ::kill(agent_.pid(), SIGKILL);

  expect_nobody();
}

TEST_F(Worker, EndsWithASupervisorThatIsTerminatedAndNothingIsLeft) {
  agent_.stage("content");
  submit_and_see("sleep " + word_, 1);

  ::kill(agent_.pid(), SIGTERM);

  expect_nobody();
  wait_until("the contents are removed", [&] {
    return os::glob("/*/provisioner-blobs." + std::to_string(agent_.pid()) + ".*").empty();
  });
}

TEST_F(Worker, GivesItsOutcomeAlsoWhereAChildStaysBehind) {
  const auto outcome = agent_.call(shell("sleep " + word_ + " >/dev/null 2>&1 & echo done"));

  EXPECT_EQ(text_of(outcome, "stdout"), "done");
  for (const pid_t pid : processes_with(word_)) ::kill(pid, SIGKILL);
}

TEST_F(Worker, ManyAtOnceAreAllAnswered) {
  for (wire::TaskNumber number = 1; number <= 50; ++number)
    agent_.submit(number, shell("echo " + std::to_string(number)));

  for (wire::TaskNumber number = 1; number <= 50; ++number)
    EXPECT_EQ(text_of(agent_.outcome(number), "stdout"), std::to_string(number));
}

// A small file system over /run, /dev/shm, /var/tmp and /tmp: wherever contents could be staged.
void on_a_full_node(const std::function<void()>& body) {
  tests::with_own_mounts([&] {
    for (const char* place : {"/run", "/dev/shm", "/var/tmp", "/tmp"})
      ASSERT_EQ(::mount("small", place, "tmpfs", 0, "size=1m"), 0);
    body();
  });
}

TEST(FullNode, SaysThatThereIsNoRoomForAContent) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to mount a small tmpfs";
  on_a_full_node([] {
    AgentClient agent({AGENT});
    const std::string content(2'000'000, 'x'), digest = crypto::sha256(content);
    agent.stage(content);
    auto request = request_of("copy", Dict{{"dest", "/run/a"}, {"_digest", digest}});
    request.blobs = {digest};

    const auto outcome = agent.call(request);

    EXPECT_EQ(outcome.ending, Ending::failed);
    EXPECT_THAT(
        text_of(outcome, "msg"),
        testing::MatchesRegex("cannot write '/run/provisioner-blobs.*': no space left on device"));
    EXPECT_EQ(agent.call(request_of("copy", Dict{{"dest", "/run/b"}, {"content", "small"}})).ending,
              Ending::changed);
  });
}

class HungMount : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::DeadFileServer::is_possible()) GTEST_SKIP() << "needs root and /dev/fuse";
    server_ = std::make_unique<tests::DeadFileServer>();
    agent_ = std::make_unique<AgentClient>(std::vector<std::string>{HASTY_AGENT});
  }
  void TearDown() override {
    server_.reset();
    agent_.reset();
  }

  std::unique_ptr<tests::DeadFileServer> server_;
  std::unique_ptr<AgentClient> agent_;
};

TEST_F(HungMount, CostsOneWorkerAndSaysWhereItHangs) {
  const std::string path = server_->path() + "/file";
  agent_->submit(task, request_of("stat", Dict{{"path", path}}));

  EXPECT_EQ(value::text_or(agent_->progress(task), "doing", ""), "stat " + path + " (fuse)");
  EXPECT_EQ(agent_->call(request_of("stat", Dict{{"path", "/"}})).ending, Ending::ok);

  const auto outcome = agent_->outcome(task);
  EXPECT_EQ(outcome.ending, Ending::unknown);
  EXPECT_THAT(text_of(outcome, "msg"),
              testing::MatchesRegex("[0-9]+ s in stat .*/file \\(fuse\\)"));
  EXPECT_EQ(agent_->call(request_of("stat", Dict{{"path", "/"}})).ending, Ending::ok);
}

TEST_F(HungMount, DoesNotKeepATaskBeyondItsDeadline) {
  auto request = request_of("copy", Dict{{"dest", server_->path() + "/file"}, {"content", "x"}});
  request.deadline = std::chrono::milliseconds(300);

  const auto outcome = agent_->call(request);

  EXPECT_NE(outcome.ending, Ending::ok);
  EXPECT_NE(outcome.ending, Ending::changed);
}

TEST_F(HungMount, DoesNotKeepTheSessionFromEnding) {
  AgentClient agent({HASTY_AGENT, "--stubborn"});
  agent.submit(task, request_of("stat", Dict{{"path", server_->path() + "/file"}}));
  agent.progress(task);

  EXPECT_EQ(agent.end(), 0);
}

TEST_F(HungMount, IsLeftOutOfTheFacts) {
  auto request = request_of(
      "setup",
      Dict{{"gather_subset", value::List{"!all", "!min", "hardware"}}, {"gather_timeout", 1}});
  request.deadline = std::chrono::seconds(20);

  const auto outcome = agent_->call(request);

  EXPECT_EQ(outcome.ending, Ending::ok) << text_of(outcome, "msg");
}

}  // namespace
}  // namespace provisioner::agent

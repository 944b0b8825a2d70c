// Links that are cut or freeze while something runs: nobody may take that for success.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/processes.h"
#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using testing::HasSubstr;
using tests::SshServer;

class CutLink : public testing::Test {
 protected:
  // Runs for ever; a name of its own is in its command line.
  std::string endless() const { return "exec sleep " + word_; }
  void wait_for_command(std::size_t count = 1) const {
    tests::wait_until("it runs", [&] { return tests::processes_with(word_).size() >= count; });
  }
  void TearDown() override {
    for (const pid_t pid : tests::processes_with(word_)) ::kill(pid, SIGKILL);
  }

  SshServer server_;
  tests::Client client_{{.agent_path = AGENT, .keepalive = std::chrono::seconds(1)}};
  Endpoint endpoint_ = client_.endpoint(server_);
  Access access_ = client_.access(server_);
  std::string word_ = "8" + std::to_string(::getpid()) + "13";
};

TEST_F(CutLink, LeavesATaskUnknown) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  wait_for_command();

  server_.end_sessions();

  EXPECT_EQ(client_.told(task), "unknown: error: n01: the link to the node was lost");
}

TEST_F(CutLink, LeavesACommandWithoutAgentUnknown) {
  const auto task = client_.submit_raw(endpoint_, access_, endless());
  wait_for_command();

  server_.end_sessions();

  EXPECT_EQ(client_.told(task), "unknown: error: n01: the link was lost while the command ran");
}

TEST_F(CutLink, IsMadeAnewForTheNextTask) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  wait_for_command();
  server_.end_sessions();
  client_.told(task);

  EXPECT_EQ(client_.shell(endpoint_, access_, "echo again"), "0: again");
}

TEST_F(CutLink, EndsWhatRanOnTheNode) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  wait_for_command();
  server_.end_sessions();
  client_.told(task);

  tests::wait_until("the command was ended", [&] { return tests::processes_with(word_).empty(); });
}

TEST_F(CutLink, ThatFreezesIsToldAfterThreeQuestions) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  wait_for_command();

  server_.send_to_all(SIGSTOP);

  EXPECT_EQ(
      client_.told(task),
      "unknown: error: n01: nothing was heard for 4 s: the link is cut or the node is frozen");
  server_.send_to_all(SIGCONT);
}

TEST_F(CutLink, ThatFreezesUnderACommandWithoutAgentIsToldToo) {
  const auto task = client_.submit_raw(endpoint_, access_, endless(), {}, {});
  wait_for_command();

  server_.send_to_all(SIGSTOP);

  EXPECT_EQ(
      client_.told(task),
      "unknown: error: n01: nothing was heard for 4 s: the link is cut or the node is frozen");
  server_.send_to_all(SIGCONT);
}

TEST_F(CutLink, IsNotSeenInASilentCommandOnALivingNode) {
  const auto agent = client_.submit(endpoint_, access_, tests::shell_request("sleep 5; echo done"));
  const auto raw = client_.submit_raw(endpoint_, access_, "sleep 5; echo done");

  EXPECT_EQ(client_.told(raw), "0: done\n");
  EXPECT_EQ(client_.told(agent), "0: done");
}

TEST_F(CutLink, EndsTheRunWithinASecondThoughTheNodeIsFrozen) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  wait_for_command();
  server_.send_to_all(SIGSTOP);

  client_.close();

  EXPECT_EQ(client_.told(task), "unknown: error: n01: the session was closed");
  server_.send_to_all(SIGCONT);
}

TEST_F(CutLink, EndsTheRunWithEveryTaskTold) {
  const auto raw = client_.submit_raw(endpoint_, access_, endless());
  wait_for_command();

  client_.close();

  EXPECT_EQ(client_.told(raw), "unknown: error: n01: the session was closed");
}

TEST_F(CutLink, IsWhatAResetDoes) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  wait_for_command();

  client_.connections().reset(endpoint_);

  EXPECT_EQ(client_.told(task), "unknown: error: n01: the connection was reset");
  EXPECT_EQ(client_.shell(endpoint_, access_, "echo again"), "0: again");
}

TEST_F(CutLink, LeavesNothingOpenBehindAReset) {
  EXPECT_EQ(client_.shell(endpoint_, access_, "echo one"), "0: one");
  const std::size_t before = os::entries("/proc/self/fd").size();

  client_.connections().reset(endpoint_);

  EXPECT_EQ(client_.shell(endpoint_, access_, "echo two"), "0: two");
  EXPECT_EQ(os::entries("/proc/self/fd").size(), before);
}

TEST_F(CutLink, KnowsOfADroppedTaskThatItHadGoneOut) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  wait_for_command();

  EXPECT_TRUE(client_.connections().drop(task));
}

TEST_F(CutLink, KnowsOfADroppedTaskThatItHadNotGoneOut) {
  server_.send_to_all(SIGSTOP);
  const auto task = client_.submit(endpoint_, access_, tests::shell_request("touch never"));

  EXPECT_FALSE(client_.connections().drop(task));

  server_.send_to_all(SIGCONT);
  EXPECT_EQ(client_.told(task), "error: n01: the run was stopped");
}

TEST_F(CutLink, IsNotNeededToStopATask) {
  const auto task = client_.submit(endpoint_, access_, tests::shell_request(endless()));
  const auto raw = client_.submit_raw(endpoint_, access_, endless());
  wait_for_command(2);

  client_.connections().cancel(task);
  client_.connections().cancel(raw);

  EXPECT_THAT(client_.told(task), HasSubstr("the task was stopped after "));
  EXPECT_EQ(client_.told(raw), "unknown: error: n01: the command was stopped");
}

TEST_F(CutLink, TellsACommandThatTakesTooLong) {
  const auto task =
      client_.submit_raw(endpoint_, access_, endless(), {}, std::chrono::milliseconds(500));

  EXPECT_EQ(client_.told(task), "unknown: error: n01: the command did not end in time");
}

}  // namespace
}  // namespace provisioner::transport

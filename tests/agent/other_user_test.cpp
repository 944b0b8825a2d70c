// Becoming another user by way of a double of sudo, which lets us in as ourselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "provisioner/base/crypto/digest.h"
#include "tests/support/agent_client.h"

namespace provisioner::agent {
namespace {

using testing::HasSubstr;
using tests::AgentClient;
using tests::request_of;
using tests::text_of;
using value::Dict;
using wire::Ending;
using wire::FrameKind;

class OtherUser : public testing::Test {
 protected:
  OtherUser() { ::setenv("SUDO_DOUBLE_LOG", log().c_str(), 1); }

  std::string log() const { return directory_.path() + "/log"; }
  std::string said() const { return os::read_file(log()).value_or(""); }

  wire::Request as(const std::string& user, const std::string& password,
                   wire::Request request) const {
    request.become.user = user;
    request.become.executable = PROJECT_DIRECTORY "/tests/support/sudo_double.sh";
    if (!password.empty()) request.become.password = base::Secret(password);
    return request;
  }
  wire::Request shell(const std::string& command) const {
    return request_of("shell", Dict{{"_raw_params", command}});
  }

  AgentClient& agent() {
    if (!agent_) agent_ = std::make_unique<AgentClient>(std::vector<std::string>{HASTY_AGENT});
    return *agent_;
  }

  os::TemporaryDirectory directory_;
  std::unique_ptr<AgentClient> agent_;
};

TEST_F(OtherUser, IsAskedForOnceInASession) {
  EXPECT_EQ(text_of(agent().call(as("needs-none", "", shell("echo one"))), "stdout"), "one");
  EXPECT_EQ(text_of(agent().call(as("needs-none", "", shell("echo two"))), "stdout"), "two");

  EXPECT_EQ(said(), "-H -S -n -u needs-none -- " HASTY_AGENT " --supervise\n");
}

TEST_F(OtherUser, GetsInWithThePasswordThatNobodyElseSees) {
  const auto outcome =
      agent().call(as("somebody", "right",
                      shell("tr '\\0' ' ' </proc/$PPID/cmdline; env; cat /proc/$PPID/environ")));

  EXPECT_EQ(outcome.ending, Ending::changed) << text_of(outcome, "msg");
  EXPECT_THAT(text_of(outcome, "stdout"), testing::Not(HasSubstr("right")));
  EXPECT_THAT(said(), testing::StartsWith("-H -S -p [provisioner "));
  EXPECT_THAT(said(), testing::Not(HasSubstr("right")));
}

TEST_F(OtherUser, IsTriedOnceWithAWrongPassword) {
  const auto outcome = agent().call(as("somebody", "wrong", shell("true")));

  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_EQ(text_of(outcome, "msg"), "Incorrect sudo password");
}

TEST_F(OtherUser, NamesWhatIsMissing) {
  EXPECT_EQ(text_of(agent().call(as("somebody", "", shell("true"))), "msg"),
            "Missing sudo password");
  EXPECT_EQ(text_of(agent().call(as("nobody-here", "", shell("true"))), "msg"),
            "there is no user 'nobody-here' on this node");
  EXPECT_THAT(text_of(agent().call(as("silent", "", shell("true"))), "msg"),
              HasSubstr("Timeout (3s) waiting for privilege escalation prompt: "));
  auto request = as("somebody", "", shell("true"));
  request.become.executable = "/no/such/sudo";
  EXPECT_EQ(text_of(agent().call(request), "msg"),
            "could not become user 'somebody' by sudo: /no/such/sudo: No such file or directory");
}

// The kernel lets nobody write to an image that runs; a path could hold another file by now.
TEST_F(OtherUser, RootStartsTheImageThatRunsHereAndNoFileByItsPath) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to be somebody else first";
  std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
  const std::string agent_path = directory_.path() + "/agent";
  std::filesystem::copy_file(HASTY_AGENT, agent_path);
  AgentClient other({"setpriv", "--reuid=65534", "--clear-groups", agent_path});
  auto request = as("root", "", shell("true"));
  request.become.executable = directory_.path() + "/sudo";
  std::filesystem::copy_file(PROJECT_DIRECTORY "/tests/support/sudo_double.sh",
                             request.become.executable);

  other.call(request);

  EXPECT_THAT(said(),
              HasSubstr("-u root -- /proc/" + std::to_string(other.pid()) + "/exe --supervise"));
}

TEST_F(OtherUser, GetsContentsOfItsOwnWhileItAnswersALot) {
  const std::string content(3'000'000, 'x'), digest = crypto::sha256(content),
                                             path = directory_.path() + "/a";
  agent().stage(content);
  auto copy = request_of("copy", Dict{{"dest", path}, {"_digest", digest}, {"_size", 3'000'000}});
  copy.blobs = {digest};
  agent().submit(1, as("needs-none", "", shell("head -c 3000000 /dev/zero | tr '\\0' y")));
  agent().submit(2, as("needs-none", "", copy));

  EXPECT_EQ(text_of(agent().outcome(1), "stdout").size(), 3'000'000U);
  EXPECT_EQ(agent().outcome(2).ending, Ending::changed);
  EXPECT_EQ(os::require_file(path), content);
}

TEST_F(OtherUser, IsCancelledToo) {
  agent().submit(1, as("needs-none", "", shell("sleep 1000")));
  agent().progress(1);

  agent().send({FrameKind::cancel, 1, {}});

  EXPECT_THAT(text_of(agent().outcome(1), "msg"), HasSubstr("the task was stopped after "));
}

TEST_F(OtherUser, WhoseSupervisorDiesLeavesUnknownTasksAndIsHadAgain) {
  agent().submit(1, as("needs-none", "", shell("kill -9 $(cut -d' ' -f4 /proc/$PPID/stat)")));

  const auto outcome = agent().outcome(1);

  EXPECT_EQ(outcome.ending, Ending::unknown);
  EXPECT_EQ(text_of(outcome, "msg"), "the agent of user 'needs-none' has ended");
  EXPECT_EQ(text_of(agent().call(as("needs-none", "", shell("echo again"))), "stdout"), "again");
}

TEST_F(OtherUser, EndsWithTheSession) {
  AgentClient agent({HASTY_AGENT, "--stubborn"});
  const std::string word = "9" + std::to_string(::getpid()) + "77";
  agent.submit(1, as("needs-none", "", shell("trap '' TERM; sleep " + word + " & sleep " + word)));
  tests::wait_until("the command runs", [&] { return tests::processes_with(word).size() > 1; });

  EXPECT_EQ(agent.end(), 0);

  tests::wait_until("all have gone", [&] { return tests::processes_with(word).empty(); });
}

class Fence : public testing::Test {
 protected:
  wire::Request with(std::uint64_t fence, const std::string& authority) const {
    auto request = request_of("ping", Dict{});
    request.fence = fence;
    request.authority = authority;
    return request;
  }
  std::string authority_ = "test-" + crypto::random_token();
};

TEST_F(Fence, BelowTheHighestIsRefusedAlsoByTheNextAgent) {
  AgentClient first({AGENT}), second({AGENT});
  EXPECT_EQ(first.call(with(7, authority_)).ending, Ending::ok);
  EXPECT_EQ(first.call(with(7, authority_)).ending, Ending::ok);

  const auto outcome = second.call(with(6, authority_));

  EXPECT_EQ(outcome.ending, Ending::failed);
  EXPECT_EQ(text_of(outcome, "msg"),
            "this run lost its lock: its fence is 6, but a run with fence 7 has worked on this "
            "node since; nothing was done");
  EXPECT_EQ(second.call(with(8, authority_)).ending, Ending::ok);
  EXPECT_EQ(first.call(with(7, authority_)).ending, Ending::failed);
}

TEST_F(Fence, OfAnotherAuthorityIsAnotherNumber) {
  AgentClient agent({AGENT});
  EXPECT_EQ(agent.call(with(7, authority_)).ending, Ending::ok);
  EXPECT_EQ(agent.call(with(1, authority_ + "-other")).ending, Ending::ok);
  EXPECT_EQ(agent.call(with(1, "")).ending, Ending::ok);
}

}  // namespace
}  // namespace provisioner::agent

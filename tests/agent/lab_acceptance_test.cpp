// Acceptance: a real sudo on a node of the lab. Runs only where PROVISIONER_LAB_NODE names one by
// its address; it makes a user there and removes him again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/agent_client.h"

namespace provisioner::agent {
namespace {

using testing::HasSubstr;
using tests::AgentClient;
using tests::request_of;
using tests::text_of;
using value::Dict;
using wire::Ending;

const std::string lab = "/var/lib/provisioner/lab";

class Lab : public testing::Test {
 protected:
  static std::vector<std::string> ssh(const std::string& user, const std::string& command) {
    return {"ssh",
            "-i",
            lab + "/id_ed25519",
            "-o",
            "UserKnownHostsFile=" + lab + "/known_hosts",
            "-o",
            "BatchMode=yes",
            user + "@" + std::getenv("PROVISIONER_LAB_NODE"),
            command};
  }
  static void on_node(const std::string& user, const std::string& command,
                      const std::string& input = {}) {
    os::run_checked({.argv = ssh(user, command), .input = input});
  }

  static void SetUpTestSuite() {
    if (std::getenv("PROVISIONER_LAB_NODE") == nullptr) return;
    on_node("root",
            "useradd -m -s /bin/sh -G sudo asked && echo asked:right | chpasswd && cp -r ~ops/.ssh "
            "~asked/ && chown -R asked ~asked/.ssh");
    for (const char* user : {"ops", "asked"})
      on_node(user,
              "mkdir -m 711 /var/tmp/acceptance-$(id -un) && cd /var/tmp/acceptance-$(id -un) && "
              "cat >agent && chmod 755 agent",
              os::require_file(AGENT));
  }
  static void TearDownTestSuite() {
    if (std::getenv("PROVISIONER_LAB_NODE") == nullptr) return;
    on_node("root", "rm -rf /var/tmp/acceptance-*; userdel -r asked 2>/dev/null");
  }

  void SetUp() override {
    if (std::getenv("PROVISIONER_LAB_NODE") == nullptr)
      GTEST_SKIP() << "acceptance: set PROVISIONER_LAB_NODE";
  }

  static std::unique_ptr<AgentClient> session(const std::string& user) {
    return std::make_unique<AgentClient>(ssh(user, "exec /var/tmp/acceptance-" + user + "/agent"));
  }
  static wire::Request as(const std::string& user, const std::string& password,
                          const std::string& command) {
    auto request = request_of("shell", Dict{{"_raw_params", command}});
    request.become.user = user;
    if (!password.empty()) request.become.password = base::Secret(password);
    return request;
  }
};

TEST_F(Lab, BecomesRootWithoutAPassword) {
  const auto agent = session("ops");

  const auto outcome =
      agent->call(as("root", "", "id -un; cat /proc/$PPID/cmdline | tr '\\0' ' '"));

  EXPECT_EQ(text_of(outcome, "stdout"),
            "root\n/proc/" + std::to_string(value::integer_or(agent->hello(), "pid", 0)) +
                "/exe --supervise ")
      << text_of(outcome, "msg");
}

TEST_F(Lab, BecomesSomebodyElseThanRoot) {
  EXPECT_EQ(text_of(session("ops")->call(as("daemon", "", "id -un")), "stdout"), "daemon");
}

TEST_F(Lab, BecomesRootWithAPassword) {
  const auto outcome = session("asked")->call(
      as("root", "right", "id -un; tr '\\0' ' ' </proc/*/cmdline 2>/dev/null"));

  EXPECT_THAT(text_of(outcome, "stdout"), testing::StartsWith("root")) << text_of(outcome, "msg");
  EXPECT_THAT(text_of(outcome, "stdout"), testing::Not(HasSubstr("right")));
}

TEST_F(Lab, SaysWhatIsWrongWithAPassword) {
  EXPECT_EQ(text_of(session("asked")->call(as("root", "wrong", "true")), "msg"),
            "Incorrect sudo password");
  EXPECT_EQ(text_of(session("asked")->call(as("root", "", "true")), "msg"),
            "Missing sudo password");
  EXPECT_EQ(text_of(session("ops")->call(as("no-such-user", "", "true")), "msg"),
            "there is no user 'no-such-user' on this node");
}

TEST_F(Lab, LeavesNobodyBehindOfRoot) {
  auto agent = session("ops");
  agent->submit(1, as("root", "", "sleep 98765 & sleep 98765"));
  agent->submit(2, as("root", "", "while ! pidof sleep; do sleep 0.1; done"));
  agent->outcome(2);

  agent->end();

  on_node("root",
          "for i in 1 2 3 4 5 6 7 8 9 10; do pgrep -f 'sleep 9876[5]' || exit 0; sleep 0.1; done; "
          "exit 1");
}

}  // namespace
}  // namespace provisioner::agent

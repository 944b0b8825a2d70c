// The agent on its way to a node: where it comes to lie, and what is said where it cannot.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/crypto/digest.h"
#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using testing::HasSubstr;
using tests::SshServer;

class Delivery : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::is_root()) GTEST_SKIP() << "mounts and accounts need root";
  }
  // A node where alice logs in, after these commands of root.
  void prepare(const std::string& mounts = "") {
    server_ = std::make_unique<SshServer>(
        SshServer::Options{.accounts = {{"alice", 4711}, {"mallory", 4712}}, .mounts = mounts});
    access_ = client_.access(*server_);
    endpoint_ = client_.endpoint(*server_);
    endpoint_.user = "alice";
    client_.call(crypto::file_digest("sha256", AGENT), "DIGEST");
  }
  std::string shell(const std::string& command) {
    return client_.shell(endpoint_, access_, command);
  }
  // By root, in the mounts of the node.
  std::string on_node(const std::string& command) {
    return client_.raw(client_.endpoint(*server_), access_, command);
  }

  // What there is of agents, after a task ran.
  std::string places() {
    EXPECT_EQ(shell("echo served"), "0: served");
    return on_node("find /var/tmp /dev/shm /tmp /run /var/lib -name 'agent-*'");
  }

  std::unique_ptr<SshServer> server_;
  tests::Client client_;
  Endpoint endpoint_;
  Access access_;
};

TEST_F(Delivery, HappensOnceANode) {
  prepare();
  EXPECT_EQ(places(), "0: /var/tmp/.provisioner-4711/agent-DIGEST\n");
  EXPECT_EQ(on_node("stat -c '%a %U' /var/tmp/.provisioner-4711 /var/tmp/.provisioner-4711/*; "
                    "touch -d 2001-01-01 /var/tmp/.provisioner-4711/agent-*"),
            "0: 711 alice\n755 alice\n");

  client_.connections().reset(endpoint_);

  EXPECT_EQ(shell("echo served"), "0: served");
  EXPECT_EQ(on_node("stat -c %y /var/tmp/.provisioner-4711/* | cut -c1-4"), "0: 2001\n");
}

TEST_F(Delivery, OfRootGoesWhereOnlyRootWrites) {
  prepare();
  endpoint_.user = "root";

  EXPECT_EQ(places(), "0: /var/lib/provisioner/agent/agent-DIGEST\n");
}

TEST_F(Delivery, OfRootGoesElsewhereWhereThatCannotBeWritten) {
  prepare("mount -o remount,ro /var/lib");
  endpoint_.user = "root";

  EXPECT_EQ(places(), "0: /run/provisioner/agent/agent-DIGEST\n");
}

TEST_F(Delivery, GoesToTheNextPlaceWhereTheFirstIsNoexec) {
  prepare("mount -o remount,noexec /var/tmp");

  EXPECT_EQ(places(), "0: /dev/shm/.provisioner-4711/agent-DIGEST\n");
}

TEST_F(Delivery, GoesToTheNextPlaceWhereTheFirstIsFull) {
  prepare("mount -o remount,size=100k /var/tmp");

  EXPECT_EQ(places(), "0: /dev/shm/.provisioner-4711/agent-DIGEST\n");
}

TEST_F(Delivery, FindsTheAgentNotWhereItMayNoLongerRun) {
  prepare();
  shell("true");
  on_node("mount -o remount,noexec /var/tmp");
  client_.connections().reset(endpoint_);

  EXPECT_EQ(places(),
            "0: /var/tmp/.provisioner-4711/agent-DIGEST\n"
            "/dev/shm/.provisioner-4711/agent-DIGEST\n");
}

TEST_F(Delivery, NamesEachPlaceWhereAllAreNoexec) {
  prepare("for place in /var/tmp /dev/shm /tmp; do mount -o remount,noexec $place; done");

  EXPECT_EQ(shell("true"),
            "error: n01: the agent can be placed nowhere: /var/tmp/.provisioner-4711: mounted "
            "noexec; /dev/shm/.provisioner-4711: mounted noexec; /tmp/.provisioner-4711: mounted "
            "noexec;\n"
            "hint: it needs 8 MB in one of these, not mounted noexec, not of another owner");
}

TEST_F(Delivery, NamesEachPlaceWhereAllAreFull) {
  prepare("for place in /var/tmp /dev/shm /tmp; do mount -o remount,size=100k $place; done");

  EXPECT_EQ(
      shell("true"),
      "error: n01: the agent can be placed nowhere: /var/tmp/.provisioner-4711: gzip: stdout: "
      "No space left on device; /dev/shm/.provisioner-4711: gzip: stdout: No space left on "
      "device; /tmp/.provisioner-4711: gzip: stdout: No space left on device;\n"
      "hint: it needs 8 MB in one of these, not mounted noexec, not of another owner");
  EXPECT_EQ(on_node("find /var/tmp /dev/shm /tmp -type f"), "0: ");
}

TEST_F(Delivery, NamesEachPlaceWhereAllAreReadOnly) {
  prepare("for place in /var/tmp /dev/shm /tmp; do mount -o remount,ro $place; done");

  EXPECT_EQ(shell("true"),
            "error: n01: the agent can be placed nowhere: mkdir: cannot create directory "
            "'/var/tmp/.provisioner-4711': Read-only file system; mkdir: cannot create directory "
            "'/dev/shm/.provisioner-4711': Read-only file system; mkdir: cannot create directory "
            "'/tmp/.provisioner-4711': Read-only file system;\n"
            "hint: it needs 8 MB in one of these, not mounted noexec, not of another owner");
}

TEST_F(Delivery, LeavesAPlaceOfAnotherOwnerAlone) {
  prepare("mkdir -m 777 /var/tmp/.provisioner-4711; chown 4712 /var/tmp/.provisioner-4711");

  EXPECT_EQ(places(), "0: /dev/shm/.provisioner-4711/agent-DIGEST\n");
  EXPECT_EQ(on_node("ls -A /var/tmp/.provisioner-4711; stat -c %a /var/tmp/.provisioner-4711"),
            "0: 777\n");
}

// What somebody else laid there would make us open our own directory to all.
TEST_F(Delivery, FollowsNoLinkOfAnotherOwner) {
  prepare(
      "mkdir -m 700 /tmp/private; chown 4711 /tmp/private; "
      "ln -s /tmp/private /var/tmp/.provisioner-4711; "
      "chown -h 4712 /var/tmp/.provisioner-4711");

  EXPECT_EQ(places(), "0: /dev/shm/.provisioner-4711/agent-DIGEST\n");
  EXPECT_EQ(on_node("stat -c %a /tmp/private; ls -A /tmp/private"), "0: 700\n");
}

TEST_F(Delivery, RunsNoFileOfAnotherOwner) {
  prepare();
  on_node(
      "mkdir /var/tmp/.provisioner-4711; chown 4711 /var/tmp/.provisioner-4711; "
      "f=/var/tmp/.provisioner-4711/agent-" +
      crypto::file_digest("sha256", AGENT) +
      "; printf '#!/bin/sh\\ntouch /tmp/was-run\\n' >$f; chmod 777 $f; chown 4712 $f");

  EXPECT_EQ(shell("ls /tmp"), "0: ");
}

TEST_F(Delivery, BringsItAgainWhereOnlyAPartOfItIsThere) {
  prepare(
      "mkdir /var/tmp/.provisioner-4711; echo part >/var/tmp/.provisioner-4711/agent-x.123; "
      "touch -d 2001-01-01 /var/tmp/.provisioner-4711/agent-x.123; "
      "chown -R 4711 /var/tmp/.provisioner-4711");

  EXPECT_EQ(shell("ls /var/tmp/.provisioner-4711"), "0: agent-DIGEST");
}

TEST_F(Delivery, ByManyControllersAtOnceLeavesOneAgent) {
  prepare();
  std::vector<std::unique_ptr<tests::Client>> clients;
  std::vector<wire::TaskNumber> tasks;
  for (int count = 0; count < 4; ++count) {
    clients.push_back(std::make_unique<tests::Client>());
    tasks.push_back(
        clients.back()->submit(endpoint_, access_, tests::shell_request("echo served")));
  }

  for (std::size_t at = 0; at < clients.size(); ++at)
    EXPECT_EQ(clients[at]->told(tasks[at]), "0: served");
  EXPECT_EQ(on_node("ls -A /var/tmp/.provisioner-4711"),
            "0: agent-"
            "DIGEST\n");
}

TEST_F(Delivery, OfAnAgentThatIsNotThereIsToldBeforeAnythingIsSent) {
  prepare();
  tests::Client client({.agent_path = "/no/such/agent"});

  EXPECT_EQ(client.shell(endpoint_, access_, "true"),
            "error: the agent is not at '/no/such/agent'\n"
            "hint: it belongs beside the program; build or install both");
}

}  // namespace
}  // namespace provisioner::transport

// How nodes are reached, by whatever a connection would listen to.

#include "provisioner/front/cli/named_nodes.h"

#include <gtest/gtest.h>

#include "spoken.h"

namespace provisioner::cli {
namespace {

class ReachedNode : public testing::Test {
 protected:
  ReachedNode() { write_host("{ansible_host: 10.0.0.1}"); }

  void write_host(const std::string& variables) {
    desk_.write("hosts.yml", "all:\n  hosts:\n    n1: " + variables + "\n");
  }
  void write_ssh_words(const std::string& words) {
    desk_.write("ansible.cfg", "[ssh_connection]\n" + words + "\n");
  }
  // The user's own configuration, by another name.
  void write_ssh_configuration(const std::string& text) {
    desk_.write("ssh_config", text);
    desk_.set("ANSIBLE_SSH_EXTRA_ARGS", "-F " + desk_.path() + "/ssh_config");
  }
  static NamedNode node(const std::string& common_words = "") {
    NodeWords words;
    words.pattern = "n1";
    words.run.inventories = {"hosts.yml"};
    words.run.ssh_common_args = common_words;
    return named_nodes(words, ssh_variables)->front();
  }

  Desk desk_;
};

TEST_F(ReachedNode, IsDirectWhereNothingElseIsSaid) {
  const NamedNode found = node();

  EXPECT_FALSE(found.is_behind_another());
  EXPECT_EQ(found.ssh_place().host, "10.0.0.1");
  EXPECT_EQ(found.ssh_place().port, 22);
}

TEST_F(ReachedNode, HasAPortOfItsOwn) {
  write_ssh_words("ssh_args = -o Port=2024");
  EXPECT_EQ(node().ssh_place().port, 2024);
  write_host("{ansible_host: 10.0.0.1, ansible_ssh_port: 2022}");
  write_ssh_words("");
  EXPECT_EQ(node().ssh_place().port, 2022);
}

TEST_F(ReachedNode, IsBehindJumpHostsOfVariables) {
  for (const char* words : {"-o ProxyJump=bastion", "-J bastion", "-o proxycommand='nc %h %p'"}) {
    write_host("{ansible_ssh_common_args: \"" + std::string(words) + "\"}");
    EXPECT_TRUE(node().is_behind_another()) << words;
  }
  write_host("{ansible_ssh_common_args: \"-o ProxyCommand=none -o User=Proxy-J\"}");
  EXPECT_FALSE(node().is_behind_another());
}

TEST_F(ReachedNode, IsBehindJumpHostsOfSettings) {
  write_ssh_words("ssh_args = -J bastion");
  EXPECT_TRUE(node().is_behind_another());
  write_ssh_words("ssh_common_args = -o ProxyJump=bastion");
  EXPECT_TRUE(node().is_behind_another());
  write_ssh_words("");
  EXPECT_FALSE(node().is_behind_another());
  EXPECT_TRUE(node("-J bastion").is_behind_another());
  desk_.set("ANSIBLE_SSH_COMMON_ARGS", "-o ProxyJump=bastion");
  EXPECT_TRUE(node().is_behind_another());
}

TEST_F(ReachedNode, IsWhereTheSshConfigurationSays) {
  write_ssh_configuration("Host 10.0.0.1\n  HostName 10.0.0.9\n  Port 2222\n");

  EXPECT_FALSE(node().is_behind_another());
  EXPECT_EQ(node().ssh_place().host, "10.0.0.9");
  EXPECT_EQ(node().ssh_place().port, 2222);
  write_host("{ansible_host: 10.0.0.2}");
  EXPECT_EQ(node().ssh_place().host, "10.0.0.2");
}

TEST_F(ReachedNode, IsBehindJumpHostsOfTheSshConfiguration) {
  write_ssh_configuration("Host 10.0.0.1\n  ProxyJump bastion\n"
                          "Host 10.0.0.2\n  ProxyCommand nc %h 22\n");

  EXPECT_TRUE(node().is_behind_another());
  write_host("{ansible_host: 10.0.0.2}");
  EXPECT_TRUE(node().is_behind_another());
  write_host("{ansible_host: 10.0.0.3}");
  EXPECT_FALSE(node().is_behind_another());
}

TEST_F(ReachedNode, IsNotKnownWhereTheConfigurationIsWrong) {
  write_ssh_configuration("NoSuchWord yes\n");

  EXPECT_THROW(node().is_behind_another(), base::Error);
  EXPECT_THROW(node().ssh_place(), base::Error);
}

TEST_F(ReachedNode, HasNoPortToAskWhereTasksRunHere) {
  write_host("{ansible_connection: local}");

  EXPECT_TRUE(node().is_behind_another());
}

TEST_F(ReachedNode, IsAProblemWhereAVariableIsWrong) {
  write_host("{ansible_port: north}");

  EXPECT_EQ(node().problem->message(), "'north' is not a port number");
  EXPECT_THROW(node().ssh_place(), base::Error);
}

// One that only a jump host sees is not taken for silent, which would mean a power cycle.
TEST_F(ReachedNode, IsAskedThroughTheJumpHostByDiscover) {
  write_ssh_words("ssh_args = -J 127.0.0.1:1");

  const Spoken told = speak({"discover", "n1", "-i", "hosts.yml", "--boot"});

  EXPECT_NE(told.errors.find("127.0.0.1"), std::string::npos) << told.errors;
  EXPECT_EQ(told.errors.find("BMC"), std::string::npos) << told.errors;
}

}  // namespace
}  // namespace provisioner::cli

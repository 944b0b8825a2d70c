// What groups say of re-imaging one of their nodes, by the program as people use it: members are
// real SSH servers, etcdctl and mmgetstate on them are programs that say what the tests wish.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "provisioner/machine/image/image_store.h"
#include "tests/support/ssh_server.h"

namespace provisioner::transport {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using tests::SshServer;

class ReimageGuards : public testing::Test {
 protected:
  ReimageGuards() {
    second_.accept_key_of(first_);
    image::Store::make(path("images"));
    os::write_file(path("known"), first_.known_host() + "\n" + second_.known_host() + "\n", 0644);
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  static std::string host(const std::string& name, const std::string& address, int port) {
    return "    " + name + ": {ansible_host: " + address +
           ", ansible_port: " + std::to_string(port) + "}\n";
  }

  // n01 is about to be re-imaged, the servers are n02 and n03.
  void write_inventory(const std::string& guard) const {
    os::write_file(path("hosts.yml"),
                   "control:\n"
                   "  vars:\n"
                   "    ansible_ssh_private_key_file: " + first_.key_file() + "\n"
                   "    ansible_ssh_common_args: -o UserKnownHostsFile=" + path("known") + "\n"
                   "    reimage_guard: " + guard + "\n"
                   "  hosts:\n" + host("n01", "127.0.0.1", 1) +
                       host("n02", first_.address(), first_.port()) +
                       host("n03", second_.address(), second_.port()),
                   0644);
  }

  // The plan, whole. No node of it has disks or an image here: only what its groups say counts.
  std::string plan(const std::string& guard, std::vector<std::string> more = {}) const {
    write_inventory(guard);
    more.insert(more.begin(), "reimage");
    return said(std::move(more));
  }
  std::string said(const std::vector<std::string>& more) const {
    os::Command command{.argv = {BUILD_DIRECTORY "/bin/provisioner", more.front(), "n01", "-i",
                                 "hosts.yml", "--images", path("images")},
                        .directory = directory_.path(),
                        .environment = {{"PROVISIONER_STATE", path("state")},
                                        {"HOME", path("home")},
                                        {"ANSIBLE_CONFIG", "/dev/null"},
                                        {"NO_COLOR", "1"},
                                        {"USER", "alice"}}};
    command.argv.insert(command.argv.end(), more.begin() + 1, more.end());
    const os::CommandResult result = os::run(command);
    return result.out + result.err;
  }

  os::TemporaryDirectory directory_{"provisioner-desk"};
  SshServer first_, second_;
};

TEST_F(ReimageGuards, AreContentWhereTheOthersLetUsLogIn) {
  const std::string said = plan("{alive: ssh}");

  EXPECT_THAT(said, HasSubstr("n01: REFUSED: its disks were never looked at"));
  EXPECT_THAT(said, Not(HasSubstr("'control' needs")));
}

TEST_F(ReimageGuards, KeepTheNodeWhileAnotherIsAway) {
  second_.stop();

  const std::string said = plan("{alive: ssh}");

  EXPECT_THAT(said, ContainsRegex("n01: REFUSED: 'control' needs 2 of 3 alive, and only n02 would "
                                  "be \\(n03 does not answer: .*\\): --allow-below control agrees"));
  EXPECT_THAT(plan("{alive: ssh}", {"--allow-below", "control"}),
              ContainsRegex("'control' needs 2 of 3 alive.*agreed by --allow-below control"));
}

TEST_F(ReimageGuards, AskACommandOfTheSites) {
  EXPECT_THAT(plan("{alive: command, command: 'test {{ inventory_hostname }} = n02'}"),
              HasSubstr("and only n02 would be (n03 does not pass its check: "));
}

TEST_F(ReimageGuards, ReadWhatEtcdSays) {
  const std::string says = R"(echo '[{"endpoint":"https://{{ ansible_host }}:2379","health":true}]')";
  EXPECT_THAT(plan("{alive: etcd, command: \"" + base::replace_all(says, "\"", "\\\"") + "\"}"),
              Not(HasSubstr("'control' needs")));
  EXPECT_THAT(plan("{alive: etcd}"), HasSubstr("none would be (n02 has an etcdctl that gives no "));
}

TEST_F(ReimageGuards, ReadWhatGpfsSays) {
  const std::string says = "printf 'mmgetstate::HEADER:version:reserved:reserved:nodeName:"
                           "nodeNumber:state:quorum:nodesUp:totalNodes:remarks:cnfsState:\\\\n"
                           "mmgetstate::0:1:::{{ inventory_hostname }}:1:{{ state }}:2:3:3:quorum "
                           "node:(undefined):\\\\n'";
  const auto guard = [&](const std::string& state) {
    return "{alive: gpfs, command: \"" + base::replace_all(says, "{{ state }}", state) + "\"}";
  };

  EXPECT_THAT(plan(guard("active")), Not(HasSubstr("'control' needs")));
  EXPECT_THAT(plan(guard("down")), HasSubstr("n02 has GPFS in state 'down'"));
}

// n03 passes no check of `control`, and is asked for `web` all the same.
TEST_F(ReimageGuards, AskAllGroupsInOneRun) {
  write_inventory("{alive: command, command: 'test {{ inventory_hostname }} = n02'}");
  os::write_file(path("hosts.yml"),
                 *os::read_file(path("hosts.yml")) +
                     "web:\n  vars: {reimage_guard: {alive: command, minimum: 2, command: 'true'}}\n"
                     "  hosts: {n01: {}, n02: {}, n03: {}}\n"
                     "all:\n  vars: {bmc: {address: \"ipmi://127.0.0.1:9\"}}\n",
                 0644);

  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"reimage"}, {"discover", "--boot"}}) {
    const std::string text = said(words);
    EXPECT_THAT(text, HasSubstr("n01: REFUSED: 'control' needs 2 of 3 alive, and only n02 would be "
                                "(n03 does not pass its check: "));
    EXPECT_THAT(text, Not(HasSubstr("'web' needs")));
    EXPECT_THAT(text, HasSubstr("refused: nothing was done\n"));
  }
}

TEST_F(ReimageGuards, AreReadStrictly) {
  EXPECT_THAT(plan("{alive: etdc}"), HasSubstr("hint: did you mean 'etcd'?"));
  EXPECT_THAT(plan("{protected: true}"), HasSubstr("n01: REFUSED: 'control' is protected: "));
  EXPECT_THAT(plan("{protected: true}", {"--allow-protected", "contrl"}),
              HasSubstr("hint: did you mean 'control'?"));
}

}  // namespace
}  // namespace provisioner::transport

// A run whose lock was stolen while it was taken for dead: what it still does on the node is
// refused there. By the program as people use it, and a real sshd.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/process.h"
#include "provisioner/base/store/database.h"
#include "tests/support/processes.h"
#include "tests/support/ssh_server.h"

namespace provisioner::transport {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class StolenLock : public testing::Test {
 protected:
  void SetUp() override {
    write("hosts", "n01 ansible_host=" + server_.address() +
                       " ansible_port=2022 ansible_ssh_private_key_file=" + server_.key_file() +
                       " ansible_ssh_common_args='-o UserKnownHostsFile=" + path("known") + "'\n");
    write("known", server_.known_host());
    write("short.yml", "- hosts: n01\n  gather_facts: false\n  tasks:\n    - ping:\n");
    write("long.yml",
          "- hosts: n01\n  gather_facts: false\n  tasks:\n"
          "    - ping:\n"
          "    - copy: {content: in, dest: '" + path("begun") + "'}\n      delegate_to: localhost\n"
          "    - shell: until test -e '" + path("go") + "'; do sleep 0.05; done\n"
          "      delegate_to: localhost\n"
          "    - ping:\n      delegate_to: localhost\n"
          "    - command: echo done\n");
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  void write(const std::string& name, const std::string& text) const {
    os::write_file(path(name), text, 0644);
  }
  os::Command provisioner(std::vector<std::string> words) const {
    words.insert(words.begin(), BUILD_DIRECTORY "/bin/provisioner");
    return {.argv = std::move(words),
            .directory = directory_.path(),
            .environment = {{"PROVISIONER_STATE", path("state")},
                            {"HOME", path("home")},
                            {"ANSIBLE_CONFIG", "/dev/null"},
                            {"NO_COLOR", "1"}}};
  }

  os::TemporaryDirectory directory_{"provisioner-desk"};
  tests::SshServer server_;
};

TEST_F(StolenLock, KeepsTheRunThatHadItFromTheNodeAndFromNothingElse) {
  os::Child old = os::spawn(provisioner({"run", "long.yml", "-i", "hosts"}));
  tests::wait_until("the old run to begin", [&] { return os::exists(path("begun")); });
  store::Database::open(path("state")).execute("UPDATE runs SET pid = 0");  // as if it were dead

  const os::CommandResult taken =
      os::run(provisioner({"run", "short.yml", "-i", "hosts", "--steal-locks"}));
  EXPECT_EQ(taken.status, 0) << taken.out << taken.err;
  write("go", "");

  EXPECT_EQ(old.wait(std::chrono::minutes(1)), 2);
  const std::string record = os::run(provisioner({"runs", "show", "1"})).out;
  EXPECT_THAT(record, HasSubstr("ok: [n01 -> localhost]\n\nTASK [command]"));
  EXPECT_THAT(record, ContainsRegex("fatal: \\[n01\\]: FAILED! => .*this run lost its lock: its "
                                    "fence is [0-9]+, but a run with fence [0-9]+ has worked on "
                                    "this node since; nothing was done"));
}

}  // namespace
}  // namespace provisioner::transport

// Where a node's server is asked for its keys: there, where a run would log in.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "provisioner/base/os/files.h"
#include "provisioner/base/store/run_store.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;

constexpr const char* key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

// Stands for ssh-keyscan: every server shows one key, and the words of each call are written down.
class HostKeys : public testing::Test {
 protected:
  HostKeys() {
    desk_.write("bin/ssh-keyscan",
                "#!/bin/sh\necho \"$*\" >> " + desk_.path() + "/asked\necho server " + key + "\n",
                0755);
    ::setenv("PATH", (desk_.path() + "/bin:" + path_).c_str(), 1);
  }
  ~HostKeys() override { ::setenv("PATH", path_.c_str(), 1); }

  std::string asked() const { return os::read_file(desk_.path() + "/asked").value_or(""); }

  const std::string path_ = std::getenv("PATH");
  Desk desk_;
};

TEST_F(HostKeys, AreAskedForWhereTheTemplatesOfTheInventoryLead) {
  desk_.write(
      "hosts.yml",
      "all:\n"
      "  hosts: {n07: }\n"
      "  vars:\n"
      "    lab_directory: " +
          desk_.path() +
          "/lab\n"
          "    ansible_host: \"10.21.0.{{ inventory_hostname[1:] | int + 10 }}\"\n"
          "    ansible_port: \"{{ 2000 + 22 }}\"\n"
          "    ansible_ssh_common_args: \"-o UserKnownHostsFile={{ lab_directory }}/known\"\n");
  desk_.write("lab/known", std::string("[10.21.0.17]:2022 ") + key + "\n");

  const Spoken scanned = speak({"hostkeys", "scan", "n07", "-i", "hosts.yml"});

  EXPECT_EQ(asked(), "-T 5 -p 2022 -- 10.21.0.17\n");
  EXPECT_THAT(scanned.out, HasSubstr("in " + desk_.path() + "/lab/known:1"));
  EXPECT_EQ(scanned.errors, "");
  EXPECT_EQ(scanned.status, 0);
}

TEST_F(HostKeys, AreAskedForWithoutAPasswordOfAVault) {
  desk_.write("hosts.yml",
              "all:\n  hosts:\n    n1: {ansible_host: 10.0.0.1, ansible_become: true}\n  vars:\n"
              "    ansible_password: !vault sealed\n    ansible_become_password: !vault sealed\n");
  speak({"hostkeys", "scan", "n1", "-i", "hosts.yml"});
  EXPECT_EQ(asked(), "-T 5 -p 22 -- 10.0.0.1\n");
}

TEST_F(HostKeys, OfANodeWhoseVariablesDoNotSayWhereItIsDoNotKeepThoseOfTheOthers) {
  desk_.write("hosts", "n1 ansible_host='{{ absent }}'\nn2 ansible_host=10.0.0.2\n");
  const Spoken scanned = speak({"hostkeys", "scan", "all", "-i", "hosts"});
  EXPECT_EQ(asked(), "-T 5 -p 22 -- 10.0.0.2\n");
  EXPECT_THAT(scanned.errors, HasSubstr("error: 'absent' is undefined"));
  EXPECT_THAT(scanned.errors, HasSubstr("\nwhile looking where 'n1' is\n"));
  EXPECT_EQ(scanned.status, 2);
}

TEST_F(HostKeys, OfANodeWhoseTasksRunHereAreNotAskedFor) {
  desk_.write("hosts", "n1 how=local ansible_connection='{{ how }}'\nn2 ansible_host=10.0.0.2\n");
  const Spoken scanned = speak({"hostkeys", "scan", "all", "-i", "hosts"});
  EXPECT_EQ(asked(), "-T 5 -p 22 -- 10.0.0.2\n");
  EXPECT_EQ(scanned.errors, "n1: its tasks run on this machine, no ssh server is asked\n");
}

TEST(Locks, AreNotTakenForNodesWhoseTasksRunHere) {
  Desk desk;
  desk.write("hosts", "n1 how=local ansible_connection='{{ how }}'\n");
  desk.write("site.yml", "- hosts: n1\n  gather_facts: false\n  tasks:\n    - debug:\n");
  store::RunStore other = store::RunStore::open(desk.path() + "/state");
  other.lock(other.begin_run({"run", "bob@ctl2", value::Value(value::Dict{})}), {"n1"});
  const Spoken spoken = speak({"run", "site.yml", "-i", "hosts"});
  EXPECT_EQ(spoken.status, 0) << spoken.errors;
}

TEST_F(HostKeys, AreListedForProgramsToo) {
  speak({"hostkeys", "accept", "n1", "--all", "-i", "n1,"});
  const Spoken listed = speak({"hostkeys", "list", "--json"});
  EXPECT_EQ(listed.status, 0);
  EXPECT_THAT(listed.out, HasSubstr("\"node\": \"n1\",\n        \"algorithm\": \"ssh-ed25519\""));
  EXPECT_EQ(speak({"hostkeys", "list", "n2", "--json"}).out, "[]\n");
}

}  // namespace
}  // namespace provisioner::cli

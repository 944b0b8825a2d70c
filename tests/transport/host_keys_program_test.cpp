// The life of a node's host key, by the program as people use it: a real sshd, `run`, `hostkeys`.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/process.h"
#include "tests/support/ssh_server.h"

namespace provisioner::transport {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using tests::SshServer;

class HostKeys : public testing::Test {
 protected:
  struct Said {
    int status = 0;
    std::string text;
  };

  void SetUp() override {
    os::write_file(path("site.yml"),
                   "- hosts: all\n  gather_facts: false\n  tasks:\n    - raw: echo in\n", 0644);
    lead_to(first_);
    second_.accept_key_of(first_);
    rename(first_.fingerprint(), "FIRST");
    rename(second_.fingerprint(), "SECOND");
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  void rename(const std::string& text, const std::string& name) { names_.emplace_back(text, name); }

  // From now on n01 is the machine behind this server: the inventory, its key and an address, which
  // reads as SERVER.
  void lead_to(const SshServer& server, const std::string& more = "") {
    os::write_file(path("hosts"),
                   "n01 ansible_host=" + server.address() +
                       " ansible_port=2022 ansible_ssh_private_key_file=" + first_.key_file() +
                       more + "\n",
                   0644);
    rename(server.address(), "SERVER");
  }

  Said provisioner(const std::vector<std::string>& words) const {
    os::Command command{.argv = {BUILD_DIRECTORY "/bin/provisioner"},
                        .directory = directory_.path(),
                        .environment = {{"PROVISIONER_STATE", path("state")},
                                        {"HOME", path("home")},
                                        {"ANSIBLE_CONFIG", "/dev/null"},
                                        {"NO_COLOR", "1"},
                                        {"USER", "alice"}}};
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    const os::CommandResult result = os::run(command);
    std::string text = result.out + result.err;
    for (const auto& [from, to] : names_) text = base::replace_all(std::move(text), from, to);
    return {result.status, text};
  }
  Said run() const { return provisioner({"run", "site.yml", "-i", "hosts", "-v"}); }
  Said hostkeys(std::vector<std::string> words) const {
    words.insert(words.begin(), "hostkeys");
    return provisioner(words);
  }
  Said accept(const SshServer& server) const {
    return hostkeys({"accept", "n01", "--fingerprint", server.fingerprint()});
  }

  os::TemporaryDirectory directory_{"provisioner-desk"};
  SshServer first_, second_;
  std::vector<std::pair<std::string, std::string>> names_;
};

TEST_F(HostKeys, ThatNobodyKnowsStopTheRunAndTheNextStepIsEnough) {
  const Said refused = run();
  EXPECT_EQ(refused.status, 4);
  EXPECT_THAT(refused.text,
              HasSubstr("n01: the host key is not known: SERVER port 2022 shows ED25519 FIRST, no "
                        "key is known for this node"));
  EXPECT_THAT(refused.text, HasSubstr("provisioner hostkeys accept n01 --fingerprint FIRST"));

  const Said accepted = accept(first_);
  EXPECT_EQ(accepted.status, 0);
  EXPECT_EQ(accepted.text, "n01: pinned ssh-ed25519 FIRST\n");

  const Said served = run();
  EXPECT_EQ(served.status, 0) << served.text;
  EXPECT_THAT(served.text, HasSubstr("changed: [n01]"));
}

TEST_F(HostKeys, AreScannedAndAcceptedBeforeTheFirstRun) {
  const Said unknown = hostkeys({"scan", "n01", "-i", "hosts"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.text, testing::ContainsRegex("n01 +ssh-ed25519 +FIRST +not known"));

  const Said unsaid = hostkeys({"accept", "n01", "-i", "hosts"});
  EXPECT_EQ(unsaid.status, 1);
  EXPECT_THAT(unsaid.text, HasSubstr("error: which key is the right one has to be said"));
  const Said wrong =
      hostkeys({"accept", "n01", "-i", "hosts", "--fingerprint", second_.fingerprint()});
  EXPECT_EQ(wrong.status, 1);
  EXPECT_THAT(wrong.text,
              HasSubstr("error: no server shows the key SECOND: nothing was accepted"));
  EXPECT_EQ(run().status, 4);

  const Said accepted =
      hostkeys({"accept", "n01", "-i", "hosts", "--all", "--note", "first contact"});
  EXPECT_EQ(accepted.status, 0) << accepted.text;
  EXPECT_EQ(run().status, 0);
  const Said known = hostkeys({"scan", "n01", "-i", "hosts"});
  EXPECT_EQ(known.status, 0);
  EXPECT_THAT(known.text, testing::ContainsRegex("n01 +ssh-ed25519 +FIRST +pinned"));
  EXPECT_THAT(hostkeys({"list"}).text,
              testing::ContainsRegex("n01 +ssh-ed25519 +FIRST +pinned .*first contact"));
}

TEST_F(HostKeys, ThatChangedStopTheRunWithBothFingerprintsAndTheOldOneNeverComesBack) {
  run();
  accept(first_);
  lead_to(second_);

  const Said refused = run();
  EXPECT_EQ(refused.status, 4);
  EXPECT_THAT(refused.text,
              HasSubstr("n01: the host key has changed: SERVER port 2022 shows ED25519 SECOND, but "
                        "ED25519 FIRST is known (by "));
  const Said changed = hostkeys({"scan", "n01", "-i", "hosts"});
  EXPECT_EQ(changed.status, 2);
  EXPECT_THAT(changed.text, testing::ContainsRegex("n01 +ssh-ed25519 +SECOND +CHANGED"));

  EXPECT_EQ(accept(second_).text,
            "n01: retired ssh-ed25519 FIRST\nn01: pinned ssh-ed25519 SECOND\n");
  EXPECT_EQ(run().status, 0);
  lead_to(first_);
  const Said old_disk = run();
  EXPECT_EQ(old_disk.status, 4);
  EXPECT_THAT(old_disk.text, HasSubstr("n01: the ED25519 key FIRST that SERVER port 2022 shows was "
                                       "retired by "));
}

TEST_F(HostKeys, ThatAreRetiredAreTrustedNoMoreUntilSomebodyAcceptsThemAgain) {
  run();
  accept(first_);

  EXPECT_EQ(hostkeys({"retire", "n01"}).text, "n01: retired ssh-ed25519 FIRST\n");
  const Said refused = run();
  EXPECT_EQ(refused.status, 4);
  EXPECT_THAT(refused.text, HasSubstr("was retired by "));
  EXPECT_THAT(hostkeys({"list", "n01"}).text,
              testing::ContainsRegex("n01 +ssh-ed25519 +FIRST +retired"));
  EXPECT_EQ(hostkeys({"scan", "n01", "-i", "hosts"}).status, 2);
  const Said nothing = hostkeys({"retire", "n01"});
  EXPECT_EQ(nothing.status, 1);
  EXPECT_THAT(nothing.text, HasSubstr("error: no such key of 'n01' is known"));

  hostkeys({"accept", "n01", "-i", "hosts", "--fingerprint", first_.fingerprint()});
  EXPECT_EQ(run().status, 0);
}

TEST_F(HostKeys, OfASecondKindAreNoChange) {
  const SshServer server({.second_key_type = "ecdsa"});
  server.accept_key_of(first_);
  lead_to(server);
  rename(server.fingerprint(), "THIRD");
  run();
  hostkeys({"accept", "n01", "-i", "hosts", "--fingerprint", server.fingerprint()});

  const Said scanned = hostkeys({"scan", "n01", "-i", "hosts"});

  EXPECT_EQ(scanned.status, 0) << scanned.text;
  EXPECT_THAT(scanned.text, AllOf(testing::ContainsRegex("n01 +ssh-ed25519 +THIRD +pinned"),
                                  testing::ContainsRegex("n01 +ecdsa-sha2-nistp256 .*not known"),
                                  Not(HasSubstr("CHANGED"))));
  EXPECT_EQ(run().status, 0);
}

TEST_F(HostKeys, OfAFileCountForAScanToo) {
  os::write_file(path("known"), first_.known_host(), 0644);
  lead_to(first_, " ansible_ssh_common_args='-o UserKnownHostsFile=" + path("known") + "'");

  const Said known = hostkeys({"scan", "n01", "-i", "hosts"});

  EXPECT_EQ(known.status, 0) << known.text;
  EXPECT_THAT(known.text, HasSubstr("in " + path("known") + ":1"));
  EXPECT_EQ(run().status, 0);
}

TEST_F(HostKeys, OfANodeThatDoesNotAnswerDoNotKeepThoseOfTheOthers) {
  os::write_file(path("hosts"),
                 os::require_file(path("hosts")) + "n02 ansible_host=127.0.0.1 ansible_port=1\n",
                 0644);

  const Said scanned = hostkeys({"scan", "all", "-i", "hosts"});
  EXPECT_EQ(scanned.status, 2);
  EXPECT_THAT(scanned.text,
              AllOf(testing::ContainsRegex("n01 +ssh-ed25519 +FIRST +not known"),
                    HasSubstr("error: n02: no ssh server shows a key at 127.0.0.1 port 1\n")));

  const Said accepted = hostkeys({"accept", "all", "-i", "hosts", "--all"});
  EXPECT_EQ(accepted.status, 2);
  EXPECT_THAT(accepted.text, HasSubstr("n01: pinned ssh-ed25519 FIRST\n"));
}

TEST_F(HostKeys, BehindAJumpHostAreAcceptedByWhatTheRefusalTold) {
  lead_to(first_, " ansible_ssh_common_args='-J " + second_.user() + "@" + second_.address() +
                      ":2022'");
  rename(second_.address(), "BASTION");

  EXPECT_THAT(run().text, HasSubstr("BASTION: the host key is not known: BASTION port 2022 shows"));
  EXPECT_EQ(hostkeys({"accept", second_.address(), "--fingerprint", second_.fingerprint()}).text,
            "BASTION: pinned ssh-ed25519 SECOND\n");
  EXPECT_THAT(run().text, HasSubstr("n01: the host key is not known: SERVER port 2022 shows"));
  EXPECT_EQ(accept(first_).status, 0);
  EXPECT_EQ(run().status, 0);
}

}  // namespace
}  // namespace provisioner::transport

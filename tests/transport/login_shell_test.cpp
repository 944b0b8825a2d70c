// Login shells of all sorts.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using testing::HasSubstr;
using tests::SshServer;

class LoginShell : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::is_root()) GTEST_SKIP() << "accounts need root";
  }
  // What a task of a user with this login shell ends with.
  std::string answer_of(const std::string& shell, const std::string& before = "") {
    SshServer server({.accounts = {{"alice", 4711, shell}}, .mounts = before});
    Access access = client_.access(server);
    Endpoint endpoint = client_.endpoint(server);
    endpoint.user = "alice";
    return client_.shell(endpoint, access, "echo in");
  }
  std::string answer_of_script(const std::string& script) {
    return answer_of("/tmp/shell",
                     "printf '#!/bin/sh\\n" + script + "\\n' >/tmp/shell; chmod 755 /tmp/shell");
  }

  tests::Client client_;
};

TEST_F(LoginShell, OfEveryKindWillDo) {
  EXPECT_EQ(answer_of("/bin/sh"), "0: in");
  EXPECT_EQ(answer_of("/bin/bash"), "0: in");
}

TEST_F(LoginShell, MayBeACShell) {
  if (!os::exists("/bin/tcsh")) GTEST_SKIP() << "there is no tcsh here";
  EXPECT_EQ(answer_of("/bin/tcsh"), "0: in");
}

TEST_F(LoginShell, NologinIsNamed) {
  EXPECT_EQ(
      answer_of("/usr/sbin/nologin"),
      "error: n01: the login shell starts no command (status 1): This account is currently not "
      "available.\n"
      "hint: a shell such as nologin lets nobody in: give another user by -u or "
      "'ansible_user'");
}

TEST_F(LoginShell, FalseIsNamed) {
  EXPECT_EQ(answer_of("/bin/false"),
            "error: n01: the login shell starts no command (status 1)\n"
            "hint: a shell such as nologin lets nobody in: give another user by -u or "
            "'ansible_user'");
}

TEST_F(LoginShell, ThatIsNotThereIsARefusedLogin) {
  EXPECT_THAT(answer_of("/no/such/shell"),
              HasSubstr("n01: the login as 'alice' on SERVER was refused"));
}

TEST_F(LoginShell, MaySayALotFirst) {
  EXPECT_EQ(answer_of_script("echo welcome; printf no-newline; echo Pv >&2; exec /bin/sh \"$@\""),
            "0: in");
}

TEST_F(LoginShell, ThatSaysAnEndlessLotIsNamed) {
  const std::string told = answer_of_script("while :; do echo welcome; done");

  EXPECT_THAT(told,
              testing::StartsWith(
                  "error: n01: the login shell says a lot and starts nothing: welcome welcome"));
}

TEST_F(LoginShell, WhoseStartFilesWaitForSomethingIsNamed) {
  SshServer server;
  transport::Connections::Options options;
  options.start = std::chrono::seconds(1);
  tests::Client client(options);
  const Access access = client.access(server);
  Endpoint endpoint = client.endpoint(server);
  client.raw(endpoint, access, "echo 'echo good morning; sleep 1000' >/run/home/.bashrc");

  EXPECT_EQ(client.shell(endpoint, access, "true"),
            "error: n01: logged in, but the login shell started nothing in time; it said: good "
            "morning\n"
            "hint: its start files (.bashrc, .profile) may wait for something: try it by hand, ssh "
            "to this user with 'true' as the command");
}

TEST_F(LoginShell, ThatRefusesWithControlCharactersIsEscaped) {
  EXPECT_EQ(answer_of_script("printf \"\\\\033[2Jgo away\\\\n\"; exit 9"),
            "error: n01: the login shell starts no command (status 9): \\x1b[2Jgo away\n"
            "hint: a shell such as nologin lets nobody in: give another user by -u or "
            "'ansible_user'");
}

TEST_F(LoginShell, MayBeThePlaceOfAForcedCommand) {
  SshServer server({.config = {"ForceCommand echo only backups here"}});

  EXPECT_EQ(client_.shell(server, "echo in"),
            "error: n01: the login shell starts no command (status 0): only backups here\n"
            "hint: a shell such as nologin lets nobody in: give another user by -u or "
            "'ansible_user'");
}

TEST_F(LoginShell, MayComeAfterABanner) {
  SshServer server({.config = {"Banner /etc/passwd"}});

  EXPECT_EQ(client_.shell(server, "echo in"), "0: in");
}

}  // namespace
}  // namespace provisioner::transport

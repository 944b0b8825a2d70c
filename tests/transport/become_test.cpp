// Becoming another user by the real sudo and su.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using testing::HasSubstr;
using tests::SshServer;

class Become : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::is_root() || !os::exists("/usr/bin/sudo")) GTEST_SKIP() << "needs root and sudo";
    server_ = std::make_unique<SshServer>(
        SshServer::Options{.accounts = {{"asked", 4711, "/bin/sh", "right"},
                                        {"free", 4712},
                                        {"nobody-here", 4713, "/bin/sh", "right"},
                                        {"tty", 4714},
                                        {"other", 4715, "/bin/sh", "other's"}},
                           .mounts = R"(cat >/tmp/sudoers <<'END'
Defaults secure_path="/usr/sbin:/usr/bin:/sbin:/bin"
Defaults:tty requiretty
root ALL=(ALL) NOPASSWD: ALL
asked ALL=(ALL) ALL
free ALL=(ALL) NOPASSWD: ALL
tty ALL=(ALL) NOPASSWD: ALL
END
chmod 440 /tmp/sudoers; mount --bind /tmp/sudoers /etc/sudoers)"});
    access_ = client_.access(*server_);
  }

  Endpoint login(const std::string& user) const {
    Endpoint endpoint = client_.endpoint(*server_);
    endpoint.user = user;
    return endpoint;
  }
  static wire::Become become(const std::string& method, const std::string& password = "",
                             const std::string& user = "root") {
    wire::Become become;
    become.user = user;
    become.method = method;
    if (!password.empty()) become.password = base::Secret(password);
    return become;
  }
  std::string by_agent(const std::string& login_user, const wire::Become& become) {
    return client_.shell(login(login_user), access_, "id -un", become);
  }
  std::string by_raw(const std::string& login_user, const wire::Become& become) {
    return client_.raw(login(login_user), access_, "id -un", become);
  }

  std::unique_ptr<SshServer> server_;
  tests::Client client_;
  Access access_;
};

TEST_F(Become, BySudoWithoutAPassword) {
  EXPECT_EQ(by_agent("free", become("sudo")), "0: root");
  EXPECT_EQ(by_raw("free", become("sudo")), "0: root\n");
}

TEST_F(Become, BySudoWithAPassword) {
  EXPECT_EQ(by_agent("asked", become("sudo", "right")), "0: root");
  EXPECT_EQ(by_raw("asked", become("sudo", "right")), "0: root\n");
}

TEST_F(Become, BySudoWithAPasswordThatIsNotAskedFor) {
  EXPECT_EQ(by_agent("free", become("sudo", "needless")), "0: root");
}

TEST_F(Become, BySudoAnotherUserThanRoot) {
  EXPECT_EQ(by_agent("free", become("sudo", "", "other")), "0: other");
}

TEST_F(Become, SaysThatAPasswordIsMissing) {
  EXPECT_EQ(by_agent("asked", become("sudo")), "-1: Missing sudo password");
}

TEST_F(Become, SaysThatThePasswordIsWrong) {
  EXPECT_EQ(by_agent("asked", become("sudo", "wrong")), "-1: Incorrect sudo password");
}

TEST_F(Become, SaysWhoIsNotInTheSudoers) {
  EXPECT_EQ(by_agent("nobody-here", become("sudo", "right")),
            "-1: this user may not become 'root' by sudo: nobody-here is not in the sudoers file.");
}

TEST_F(Become, SaysThatSudoWantsATerminal) {
  EXPECT_EQ(by_agent("tty", become("sudo")),
            "-1: sudo wants a terminal: 'requiretty' is set in the node's sudoers; for this user: "
            "Defaults:LOGIN !requiretty");
}

TEST_F(Become, SaysThatThereIsNoSuchUser) {
  EXPECT_EQ(by_agent("free", become("sudo", "", "no-such-user")),
            "-1: there is no user 'no-such-user' on this node");
}

TEST_F(Become, BySuWithAPassword) {
  EXPECT_EQ(by_agent("free", become("su", "other's", "other")), "0: other");
  EXPECT_EQ(by_raw("free", become("su", "other's", "other")), "0: other\n");
}

TEST_F(Become, BySuFromRoot) { EXPECT_EQ(by_agent("root", become("su", "", "other")), "0: other"); }

TEST_F(Become, SaysThatThePasswordOfSuIsWrong) {
  EXPECT_EQ(by_agent("free", become("su", "wrong", "other")), "-1: Incorrect su password");
}

TEST_F(Become, SaysThatThePasswordOfSuIsMissing) {
  EXPECT_EQ(by_agent("free", become("su", "", "other")), "-1: Missing su password");
}

TEST_F(Become, FailsForOneTaskAndNotForTheSession) {
  EXPECT_EQ(by_agent("asked", become("sudo", "wrong")), "-1: Incorrect sudo password");
  EXPECT_EQ(by_agent("asked", become("sudo", "right")), "0: root");
  EXPECT_EQ(by_agent("asked", {}), "0: asked");
}

}  // namespace
}  // namespace provisioner::transport

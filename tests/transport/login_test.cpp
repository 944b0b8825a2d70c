// Who gets in at a real sshd, and what is said to whom does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/processes.h"
#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using testing::HasSubstr;
using tests::SshServer;

// An ssh-agent of its own, in the environment for as long as it lives.
class KeyAgent {
 public:
  KeyAgent() : child_(os::spawn({.argv = {"ssh-agent", "-D", "-a", socket()}})) {
    tests::wait_until("ssh-agent listens", [&] { return os::exists(socket()); });
    ::setenv("SSH_AUTH_SOCK", socket().c_str(), 1);
  }
  ~KeyAgent() { ::unsetenv("SSH_AUTH_SOCK"); }
  void add(const std::string& key_file) { os::run_checked({.argv = {"ssh-add", "-q", key_file}}); }

 private:
  std::string socket() const { return directory_.path() + "/socket"; }
  os::TemporaryDirectory directory_;
  os::Child child_;
};

class Login : public testing::Test {
 protected:
  Login() { ::unsetenv("SSH_AUTH_SOCK"); }

  // A second key that the server takes as well.
  std::string accepted_key(const std::string& type, const std::string& passphrase = {}) {
    const std::string path = server_.file("second_" + type);
    tests::make_key(path, type, passphrase);
    os::write_file(server_.file("authorized_keys"), os::require_file(path + ".pub"), 0644);
    client_.call(path, "SECOND");
    return path;
  }

  SshServer server_;
  tests::Client client_;
  Endpoint endpoint_ = client_.endpoint(server_);
  Access access_ = client_.access(server_);
};

TEST_F(Login, TakesAnEd25519Key) {
  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(Login, TakesAnRsaKey) {
  access_.private_key_file = accepted_key("rsa");

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(Login, TakesAnEcdsaKey) {
  access_.private_key_file = accepted_key("ecdsa");

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(Login, TakesAKeyNamedByAnOptionWord) {
  access_.ssh_options.insert(access_.ssh_options.end(), {"-i", access_.private_key_file});
  access_.private_key_file.clear();

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(Login, TakesAKeyOfTheAgent) {
  KeyAgent agent;
  agent.add(access_.private_key_file);
  access_.private_key_file.clear();

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(Login, TakesAKeyWithAPassphraseThatTheAgentHolds) {
  KeyAgent agent;
  agent.add(access_.private_key_file);
  os::run_checked(
      {.argv = {"ssh-keygen", "-q", "-p", "-N", "passphrase", "-f", access_.private_key_file}});

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(Login, NamesTheKeyWhosePassphraseNobodyGave) {
  access_.private_key_file = accepted_key("ed25519", "passphrase");

  EXPECT_EQ(client_.raw(endpoint_, access_, "true"),
            "error: n01: the login as 'root' on SERVER was refused; tried: key SECOND (it has a "
            "passphrase); the server takes a key\n"
            "hint: load the key into an agent: ssh-add SECOND");
}

TEST_F(Login, NamesTheKeyThatIsNotThere) {
  access_.private_key_file = "/no/such/key";

  EXPECT_EQ(client_.raw(endpoint_, access_, "true"),
            "error: n01: the login as 'root' on SERVER was refused; tried: key /no/such/key (it is "
            "not there); the server takes a key\n"
            "hint: give the right user (-u, 'ansible_user') and key (--private-key, "
            "'ansible_ssh_private_key_file'), or -k for a password");
}

TEST_F(Login, NamesTheFileThatIsNoPrivateKey) {
  access_.private_key_file = client_.write("key", "not a key\n");

  EXPECT_EQ(client_.raw(endpoint_, access_, "true"),
            "error: n01: the login as 'root' on SERVER was refused; tried: key CLIENT/key (it is "
            "no private key); the server takes a key\n"
            "hint: give the right user (-u, 'ansible_user') and key (--private-key, "
            "'ansible_ssh_private_key_file'), or -k for a password");
}

TEST_F(Login, NamesTheKeyThatTheServerDoesNotTake) {
  accepted_key("ed25519");

  EXPECT_EQ(
      client_.raw(endpoint_, access_, "true"),
      "error: n01: the login as 'root' on SERVER was refused; tried: key KEYFILE; the server takes "
      "a key\n"
      "hint: give the right user (-u, 'ansible_user') and key (--private-key, "
      "'ansible_ssh_private_key_file'), or -k for a password");
}

TEST_F(Login, SaysThatTheServerEndsItAfterTooManyKeys) {
  KeyAgent agent;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    tests::make_key(server_.file(name));
    agent.add(server_.file(name));
  }
  access_.private_key_file.clear();

  EXPECT_EQ(
      client_.raw(endpoint_, access_, "true"),
      "error: n01: the login as 'root' was cut off by the server with the agent's keys: Received "
      "SSH_MSG_DISCONNECT: 2:Too many authentication failures\n"
      "hint: the agent may offer more keys than the server listens to: name one by "
      "'ansible_ssh_private_key_file'");
}

TEST_F(Login, KnowsNoUserOfThatName) {
  endpoint_.user = "nobody-here";

  EXPECT_THAT(
      client_.raw(endpoint_, access_, "true"),
      HasSubstr("n01: the login as 'nobody-here' on SERVER was refused; tried: key KEYFILE"));
}

TEST_F(Login, ConnectsOnceForManyCommands) {
  for (int count = 0; count < 5; ++count) client_.raw(endpoint_, access_, "true");

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo ${SSH_CONNECTION%% *}"), "0: 127.0.0.1\n");
  EXPECT_EQ(server_.sessions().size(), 1U) << server_.log();
}

class Password : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests::is_root()) GTEST_SKIP() << "accounts with passwords need root";
    server_ = std::make_unique<SshServer>(
        SshServer::Options{.config = {"PasswordAuthentication yes"},
                           .accounts = {{.name = "alice", .uid = 4711, .password = "right"}}});
    endpoint_ = client_.endpoint(*server_);
    endpoint_.user = "alice";
    access_ = client_.access(*server_);
    access_.private_key_file.clear();
    access_.ssh_options.insert(access_.ssh_options.end(), {"-o", "IdentityFile=none"});
  }

  std::unique_ptr<SshServer> server_;
  tests::Client client_;
  Endpoint endpoint_;
  Access access_;
};

TEST_F(Password, LetsIn) {
  access_.password = base::Secret("right");

  EXPECT_EQ(client_.raw(endpoint_, access_, "id -un"), "0: alice\n");
}

TEST_F(Password, IsRefusedAndNeverShown) {
  access_.password = base::Secret("wrong");

  const std::string told = client_.raw(endpoint_, access_, "true");

  EXPECT_EQ(
      told,
      "error: n01: the login as 'alice' on SERVER was refused; tried: password; the server takes a "
      "key or a password\n"
      "hint: give the right user (-u, 'ansible_user') and key (--private-key, "
      "'ansible_ssh_private_key_file'), or -k for a password");
}

TEST_F(Password, IsAskedForWhereThereIsNothingElse) {
  EXPECT_EQ(client_.raw(endpoint_, access_, "true"),
            "error: n01: the login as 'alice' on SERVER was refused; no key and no password is at "
            "hand; the server takes a key or a password\n"
            "hint: give the right user (-u, 'ansible_user') and key (--private-key, "
            "'ansible_ssh_private_key_file'), or -k for a password");
}

}  // namespace
}  // namespace provisioner::transport

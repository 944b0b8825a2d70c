// Ways to a node: through jump hosts, through a ProxyCommand, as the ssh configuration says.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include "provisioner/base/base/text.h"
#include "tests/support/private_place.h"
#include "tests/support/processes.h"
#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using testing::HasSubstr;
using tests::SshServer;

class Way : public testing::Test {
 protected:
  Way() {
    for (const SshServer* server : {&bastion_, &inner_}) server->accept_key_of(node_);
    access_ = client_.access(node_);
    know(node_.known_host() + bastion_.known_host() + inner_.known_host());
    client_.call(bastion_.address(), "BASTION");
    client_.call(inner_.address(), "INNER");
    client_.call(bastion_.fingerprint(), "BASTIONKEY");
  }
  void know(const std::string& lines) {
    access_.ssh_options = {"-o", "UserKnownHostsFile=" + client_.write("known", lines)};
  }
  static std::string hop(const SshServer& server) {
    return server.user() + "@" + server.address() + ":" + std::to_string(server.port());
  }
  std::string through(const std::string& jump, const std::string& command) {
    endpoint_.jump = jump;
    return client_.raw(endpoint_, access_, command);
  }

  SshServer node_, bastion_, inner_;
  tests::Client client_;
  Endpoint endpoint_ = client_.endpoint(node_);
  Access access_;
};

TEST_F(Way, LeadsThroughAJumpHost) {
  EXPECT_EQ(through(hop(bastion_), "echo in"), "0: in\n");
  EXPECT_EQ(bastion_.sessions().size(), 1U);
}

TEST_F(Way, LeadsThroughTwoJumpHosts) {
  EXPECT_EQ(through(hop(bastion_) + "," + hop(inner_), "echo in"), "0: in\n");
  EXPECT_EQ(bastion_.sessions().size(), 1U);
  EXPECT_EQ(inner_.sessions().size(), 1U);
}

TEST_F(Way, LeadsThroughAJumpHostOfTheOptionWords) {
  access_.ssh_options.insert(access_.ssh_options.end(), {"-J", hop(bastion_)});
  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
  EXPECT_EQ(bastion_.sessions().size(), 1U);
}

TEST_F(Way, CarriesAnAgentAndMuchOutput) {
  endpoint_.jump = hop(bastion_);

  EXPECT_EQ(client_.shell(endpoint_, access_, "head -c 3000000 /dev/zero | tr '\\0' x | wc -c"),
            "0: 3000000");
  EXPECT_EQ(client_.raw(endpoint_, access_, "head -c 3000000 /dev/zero | tr '\\0' x").size(),
            3'000'003U);
}

TEST_F(Way, IsOneConnectionForManyNodes) {
  SshServer second;
  second.accept_key_of(node_);
  know(node_.known_host() + bastion_.known_host() + second.known_host());
  endpoint_.jump = hop(bastion_);
  Endpoint other = client_.endpoint(second);
  other.jump = hop(bastion_);
  const auto first = client_.submit_raw(endpoint_, access_, "echo one");
  const auto last = client_.submit_raw(other, access_, "echo two");

  EXPECT_EQ(client_.told(first), "0: one\n");
  EXPECT_EQ(client_.told(last), "0: two\n");
  EXPECT_EQ(bastion_.sessions().size(), 1U);
}

TEST_F(Way, IsRefusedWhereTheJumpHostIsNotKnown) {
  know(node_.known_host());

  EXPECT_EQ(
      through(hop(bastion_), "true"),
      "error: BASTION: the host key is not known: BASTION port 2022 shows ED25519 BASTIONKEY, "
      "no key is known for this node\n"
      "while connecting to the jump host 'BASTION'\n"
      "hint: compare the fingerprint on the node's console, then: provisioner hostkeys accept "
      "BASTION --fingerprint BASTIONKEY");
}

TEST_F(Way, NamesTheJumpHostThatIsNotThere) {
  bastion_.stop();

  EXPECT_EQ(through(hop(bastion_), "true"),
            "error: BASTION: BASTION port 2022 cannot be connected to: connection refused: nothing "
            "listens there, or a firewall says no\n"
            "while connecting to the jump host 'BASTION'");
}

TEST_F(Way, NamesTheJumpHostThatCannotReachTheNode) {
  node_.stop();

  EXPECT_EQ(through(hop(bastion_), "true"),
            "error: n01: the jump host BASTION cannot reach SERVER port 2022: connection refused");
}

TEST_F(Way, NamesTheJumpHostThatForbidsIt) {
  SshServer strict({.config = {"AllowTcpForwarding no"}});
  strict.accept_key_of(node_);
  know(node_.known_host() + strict.known_host());
  client_.call(strict.address(), "STRICT");

  EXPECT_EQ(
      through(hop(strict), "true"),
      "error: n01: the jump host STRICT cannot reach SERVER port 2022: it lets nobody through\n"
      "hint: its sshd_config must allow it: AllowTcpForwarding, PermitOpen");
}

TEST_F(Way, EndsWithTheJumpHost) {
  endpoint_.jump = hop(bastion_);
  const std::string word = "8" + std::to_string(::getpid()) + "31";
  const auto task = client_.submit_raw(endpoint_, access_, "exec sleep " + word);
  tests::wait_until("the command runs", [&] { return !tests::processes_with(word).empty(); });

  bastion_.end_sessions();

  EXPECT_EQ(client_.told(task), "unknown: error: n01: the link was lost while the command ran");
}

TEST_F(Way, IsFoundAgainAfterTheJumpHostWasGone) {
  endpoint_.jump = hop(bastion_);
  client_.raw(endpoint_, access_, "true");
  bastion_.end_sessions();

  tests::wait_until("the way is there again",
                    [&] { return client_.raw(endpoint_, access_, "echo in") == "0: in\n"; });
}

TEST_F(Way, IsGivenUpAtOnceWhereTheJumpHostIsFrozen) {
  endpoint_.jump = hop(bastion_);
  client_.raw(endpoint_, access_, "true");
  client_.connections().reset(endpoint_);
  bastion_.send_to_all(SIGSTOP);
  access_.connect_timeout = std::chrono::seconds(1);

  EXPECT_EQ(client_.raw(endpoint_, access_, "true"),
            "error: n01: the jump host BASTION cannot reach SERVER port 2022: timed out");
  bastion_.send_to_all(SIGCONT);
}

// The second transport: the ssh program.
class ProxyCommand : public Way {
 protected:
  std::string proxy() {
    return "ProxyCommand=ssh -o BatchMode=yes -i " + access_.private_key_file +
           " -o UserKnownHostsFile=" + client_.write("known_bastion", bastion_.known_host()) +
           " -p 2022 -W %h:%p " + bastion_.user() + "@" + bastion_.address();
  }
  void use(const std::string& option) {
    access_.ssh_options.insert(access_.ssh_options.end(), {"-o", option});
  }
};

TEST_F(ProxyCommand, LeadsThere) {
  use(proxy());

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(ProxyCommand, CarriesAnAgent) {
  use(proxy());

  EXPECT_EQ(client_.shell(endpoint_, access_, "echo in; exit 3"), "3: non-zero return code");
}

TEST_F(ProxyCommand, HasTheStatusOfACommandWhoseOutputEndsLongBefore) {
  use(proxy());

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo out; exec >&- 2>&-; sleep 0.5; exit 3"),
            "3: out\n");
}

TEST_F(ProxyCommand, KnowsTheKeysOfOurOwnStore) {
  know("");
  use(proxy());
  const auto words = base::split(node_.host_key(), ' ');
  client_.keys().put({"n01", words[0], base::base64_decode(words[1]), node_.fingerprint(),
                      store::KeyState::pinned, "alice", "", ""});

  EXPECT_EQ(client_.raw(endpoint_, access_, "echo in"), "0: in\n");
}

TEST_F(ProxyCommand, RefusesAHostKeyThatIsNotKnown) {
  know("");
  use(proxy());

  EXPECT_EQ(
      client_.shell(endpoint_, access_, "true"),
      "error: n01: the ssh program has no connection (status 255): No ED25519 host key is "
      "known for [SERVER]:2022 and you have requested strict checking. Host key verification "
      "failed.\n"
      "hint: if it is about the host key: provisioner hostkeys scan n01; else try it by hand: "
      "ssh -v with the same options");
}

TEST_F(ProxyCommand, SaysThatItCannotBeStarted) {
  use("ProxyCommand=/no/such/proxy %h");

  EXPECT_THAT(client_.shell(endpoint_, access_, "true"),
              HasSubstr("error: n01: the ssh program has no connection (status 255): "));
}

TEST_F(ProxyCommand, TakesNoPassword) {
  use(proxy());
  access_.password = base::Secret("secret");

  EXPECT_EQ(client_.raw(endpoint_, access_, "true"),
            "error: n01: ProxyCommand needs the ssh program, which takes no password\n"
            "hint: use a key, or a jump host (-J) in place of ProxyCommand");
}

class Configuration : public Way {
 protected:
  std::string configuration() {
    return "Host node\n  HostName " + node_.address() + "\n  Port 2022\n  User " + node_.user() +
           "\n  IdentityFile " + node_.key_file() + "\n  UserKnownHostsFile " +
           client_.write("configured", node_.known_host()) + "\n";
  }
  Endpoint named_{Endpoint::Kind::ssh, "node", 0, "", ""};
};

TEST_F(Configuration, OfAFileThatIsNamedIsHonoured) {
  Access access;
  access.node = "n01";
  access.ssh_options = {"-F", client_.write("config", configuration())};

  EXPECT_EQ(client_.raw(named_, access, "echo in"), "0: in\n");
}

TEST_F(Configuration, OfTheUserIsHonoured) {
  if (!tests::is_root()) GTEST_SKIP() << "a home of its own needs root";
  const std::string home = ::getpwuid(::getuid())->pw_dir;  // as ssh: not what HOME says
  Access access;
  access.node = "n01";
  tests::with_own_mounts([&] {
    ::mount("none", home.c_str(), "tmpfs", 0, "mode=700");
    os::make_directories(home + "/.ssh", 0700);
    os::write_file(home + "/.ssh/config", configuration(), 0600);
    EXPECT_EQ(client_.raw(named_, access, "echo in"), "0: in\n");
  });
}

TEST_F(Configuration, ThatCannotBeReadIsTold) {
  Access access;
  access.node = "n01";
  access.ssh_options = {"-F", client_.write("config", "Host *\n  NoSuchKeyword yes\n")};

  EXPECT_EQ(client_.raw(named_, access, "true"),
            "error: n01: the ssh configuration cannot be read: CLIENT/config: line 2: Bad "
            "configuration option: nosuchkeyword CLIENT/config: terminating, 1 bad configuration "
            "options");
}

TEST_F(Configuration, OfOptionWordsIsHonoured) {
  access_.ssh_options.insert(access_.ssh_options.end(), {"-p", "2022", "-l", node_.user()});
  const Endpoint bare{Endpoint::Kind::ssh, node_.address(), 0, "", ""};

  EXPECT_EQ(client_.raw(bare, access_, "echo in"), "0: in\n");
}

}  // namespace
}  // namespace provisioner::transport

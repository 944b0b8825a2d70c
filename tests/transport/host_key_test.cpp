// Host keys of a real server, and what is said when one is not right.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/text.h"
#include "tests/transport/client.h"

namespace provisioner::transport {
namespace {

using tests::SshServer;

class HostKey : public testing::Test {
 protected:
  HostKey() {
    client_.call(other_.fingerprint(), "OTHER");
    access_ = client_.access(server_);
  }

  // The lines that are known, in a file of their own.
  void know(const std::string& lines) {
    known_ = client_.write("known" + std::to_string(++files_), lines);
    client_.call(known_, "KNOWN");
    access_.ssh_options = {"-o", "UserKnownHostsFile=" + known_};
  }
  std::string answer() { return client_.raw(client_.endpoint(server_), access_, "echo in"); }
  std::string with_name(const std::string& name, const SshServer& server) const {
    return name + " " + server.host_key() + "\n";
  }
  std::string place() const {
    return "[" + server_.address() + "]:" + std::to_string(server_.port());
  }
  void pin(const SshServer& server, store::KeyState state) {
    const auto words = base::split(server.host_key(), ' ');
    client_.keys().put({"n01", words[0], base::base64_decode(words[1]), server.fingerprint(), state,
                        "alice@ctl1", "2026-11-01T10:00:00.000Z", ""});
  }

  SshServer server_, other_;
  tests::Client client_;
  Access access_;
  std::string known_;
  int files_ = 0;
};

TEST_F(HostKey, ThatIsNotKnownIsRefusedWithTheNextStep) {
  know("");

  EXPECT_EQ(
      answer(),
      "error: n01: the host key is not known: SERVER port 2022 shows ED25519 KEY, no key is "
      "known for this node\n"
      "hint: compare the fingerprint on the node's console, then: provisioner hostkeys accept "
      "n01 --fingerprint KEY");
}

TEST_F(HostKey, ThatChangedIsRefusedWithBothFingerprints) {
  know(with_name(place(), other_));

  EXPECT_EQ(answer(),
            "error: n01: the host key has changed: SERVER port 2022 shows ED25519 KEY, but ED25519 "
            "OTHER is known (in KNOWN:1)\n"
            "hint: if the node was re-installed, compare the new fingerprint on its console, then: "
            "provisioner hostkeys accept n01 --fingerprint KEY");
}

TEST_F(HostKey, ThatIsRevokedIsRefusedAlsoWhereNothingIsChecked) {
  know("@revoked * " + server_.host_key() + "\n" + with_name(place(), server_));
  access_.check_host_key = false;

  EXPECT_EQ(answer(),
            "error: n01: the ED25519 key KEY that SERVER port 2022 shows was revoked in KNOWN:1\n"
            "hint: find out which machine answers there: an old disk, a clone, or somebody in "
            "between");
}

TEST_F(HostKey, IsFoundByAHashedName) {
  know(server_.known_host());
  os::run_checked({.argv = {"ssh-keygen", "-q", "-H", "-f", known_}});
  ASSERT_TRUE(os::require_file(known_).starts_with("|1|"));

  EXPECT_EQ(answer(), "0: in\n");
}

TEST_F(HostKey, IsFoundByAPatternAndNotByOneThatIsExcluded) {
  know(with_name("*.0.0.1,[127.*]:2022", server_));
  EXPECT_EQ(answer(), "0: in\n");

  client_.connections().reset(client_.endpoint(server_));
  know(with_name("[127.*]:2022,!" + place(), server_));
  EXPECT_THAT(answer(), testing::HasSubstr("the host key is not known"));
}

TEST_F(HostKey, IsFoundByTheNameOfTheNode) {
  know(with_name("[n01]:2022", server_));

  EXPECT_EQ(answer(), "0: in\n");
}

TEST_F(HostKey, IsFoundUnderAnAliasWithoutAPort) {
  know(with_name("the-node", server_));
  access_.ssh_options.insert(access_.ssh_options.end(), {"-o", "HostKeyAlias=the-node"});

  EXPECT_EQ(answer(), "0: in\n");
}

// ssh looks without the port where the name with it is not there.
TEST_F(HostKey, IsFoundWithoutItsPort) {
  know(with_name(server_.address(), server_));

  EXPECT_EQ(answer(), "0: in\n");
}

TEST_F(HostKey, OfAnotherPortDoesNotMakeItAChangedOne) {
  know(with_name(server_.address(), other_));

  EXPECT_THAT(answer(), testing::HasSubstr("n01: the host key is not known"));
}

TEST_F(HostKey, OfOurOwnStoreCountsBeforeAnyFile) {
  know("");
  pin(server_, store::KeyState::pinned);

  EXPECT_EQ(answer(), "0: in\n");
}

TEST_F(HostKey, ThatWeRetiredIsRefusedThoughAFileStillHoldsIt) {
  know(server_.known_host());
  pin(server_, store::KeyState::retired);

  EXPECT_EQ(answer(),
            "error: n01: the ED25519 key KEY that SERVER port 2022 shows was retired by alice@ctl1 "
            "on 2026-11-01T10:00:00.000Z\n"
            "hint: find out which machine answers there: an old disk, a clone, or somebody in "
            "between");
}

TEST_F(HostKey, ThatDiffersFromOurPinIsRefusedThoughAFileHoldsIt) {
  know(server_.known_host());
  pin(other_, store::KeyState::pinned);

  EXPECT_EQ(answer(),
            "error: n01: the host key has changed: SERVER port 2022 shows ED25519 KEY, but ED25519 "
            "OTHER is known (by alice@ctl1 on 2026-11-01T10:00:00.000Z)\n"
            "hint: if the node was re-installed, compare the new fingerprint on its console, then: "
            "provisioner hostkeys accept n01 --fingerprint KEY");
}

TEST_F(HostKey, IsTakenAtFirstContactWhereThatIsAllowed) {
  know("");
  access_.ssh_options.insert(access_.ssh_options.end(), {"-o", "StrictHostKeyChecking=accept-new"});

  EXPECT_EQ(answer(), "0: in\n");

  ASSERT_EQ(client_.keys().keys_of("n01").size(), 1U);
  EXPECT_EQ(client_.keys().keys_of("n01").front().fingerprint, server_.fingerprint());
}

TEST_F(HostKey, ThatChangedIsRefusedAtLaterContactsToo) {
  know("");
  pin(other_, store::KeyState::pinned);
  access_.ssh_options.insert(access_.ssh_options.end(), {"-o", "StrictHostKeyChecking=accept-new"});

  EXPECT_THAT(answer(), testing::HasSubstr("n01: the host key has changed"));
}

TEST_F(HostKey, IsNotLookedAtWhereNobodyWantsIt) {
  know(with_name(place(), other_));
  access_.check_host_key = false;

  EXPECT_EQ(answer(), "0: in\n");
}

TEST_F(HostKey, OfTheKindThatIsKnownIsAskedFor) {
  SshServer rsa({.key_type = "rsa"});
  tests::Client client;
  Access access = client.access(rsa);

  EXPECT_EQ(client.raw(client.endpoint(rsa), access, "echo in"), "0: in\n");
}

}  // namespace
}  // namespace provisioner::transport

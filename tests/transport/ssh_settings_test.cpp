// From option words and configurations to what a connection needs.

#include "provisioner/engine/transport/ssh_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"

namespace provisioner::transport {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

SshSettings settings_of(const std::vector<std::string>& words, Endpoint endpoint = {}) {
  Access access;
  access.node = "n01";
  access.ssh_options = {"-F", "none"};
  access.ssh_options.insert(access.ssh_options.end(), words.begin(), words.end());
  if (endpoint.address.empty()) endpoint.address = "node";
  return ssh_settings(endpoint, access);
}

TEST(Directives, AreReadFromOptionWords) {
  const Directives read =
      directives_of({"-o", "Port=2022", "-oUser=alice", "-i", "/a key", "-J", "bastion", "-C", "-o",
                     "ServerAliveInterval 5", "-p2", "-o", "IdentityFile=\"/b key\""});

  EXPECT_EQ(read.find("port")->second, "2022");
  EXPECT_EQ(read.find("user")->second, "alice");
  EXPECT_EQ(read.find("proxyjump")->second, "bastion");
  EXPECT_EQ(read.find("serveraliveinterval")->second, "5");
  EXPECT_EQ(read.count("identityfile"), 2U);
}

TEST(Settings, OfNothingAreThoseOfSsh) {
  const SshSettings settings = settings_of({});

  EXPECT_EQ(settings.address, "node");
  EXPECT_EQ(settings.port, 22);
  EXPECT_TRUE(settings.uses_agent);
  EXPECT_EQ(settings.host_keys.check, HostKeyCheck::strict);
  EXPECT_EQ(settings.jump, "");
  EXPECT_EQ(settings.program_reason, "");
}

TEST(Settings, TakeTheFirstOfEqualOptions) {
  EXPECT_EQ(settings_of({"-o", "Port=2022", "-o", "Port=2023"}).port, 2022);
  EXPECT_EQ(settings_of({"-p", "2022", "-o", "Port=2023"}).port, 2022);
}

TEST(Settings, KnowHowStrictlyHostKeysAreChecked) {
  EXPECT_EQ(settings_of({"-o", "StrictHostKeyChecking=no"}).host_keys.check, HostKeyCheck::off);
  EXPECT_EQ(settings_of({"-o", "stricthostkeychecking accept-new"}).host_keys.check,
            HostKeyCheck::accept_new);
  EXPECT_EQ(settings_of({"-o", "StrictHostKeyChecking=ask"}).host_keys.check, HostKeyCheck::strict);
}

TEST(Settings, KnowTheFilesOfHostKeys) {
  const SshSettings settings =
      settings_of({"-o", "UserKnownHostsFile=/a /b", "-o", "GlobalKnownHostsFile=none", "-o",
                   "HostKeyAlias=alias"});

  EXPECT_THAT(settings.host_keys.known_hosts_files, ElementsAre("/a", "/b"));
  EXPECT_EQ(settings.host_keys.alias, "alias");
}

TEST(Settings, NeedTheProgramForWhatTheLibraryCannotDo) {
  EXPECT_EQ(settings_of({"-o", "ProxyCommand=nc %h %p"}).program_reason, "ProxyCommand");
  EXPECT_EQ(settings_of({"-o", "ProxyCommand=none"}).program_reason, "");
  EXPECT_EQ(settings_of({"-o", "GSSAPIAuthentication=yes"}).program_reason, "GSSAPIAuthentication");
  const os::TemporaryDirectory directory;
  os::write_file(directory.path() + "/key.pub", "sk-ssh-ed25519@openssh.com AAAA\n");
  EXPECT_EQ(settings_of({"-i", directory.path() + "/key"}).program_reason, "a security key");
}

TEST(Settings, KnowWhetherTheServerIsConnectedToFromHere) {
  EXPECT_TRUE(settings_of({}).is_direct());
  EXPECT_TRUE(settings_of({"-o", "ProxyJump=none", "-o", "ProxyCommand=none"}).is_direct());
  EXPECT_TRUE(settings_of({"-o", "GSSAPIAuthentication=yes"}).is_direct());
  EXPECT_FALSE(settings_of({"-J", "bastion"}).is_direct());
  EXPECT_FALSE(settings_of({"-o", "ProxyCommand=nc %h %p"}).is_direct());
}

TEST(Settings, LetTheEndpointWinOverTheConfiguration) {
  const Endpoint endpoint{Endpoint::Kind::ssh, "node", 2022, "alice", "bastion"};
  const SshSettings settings = settings_of({"-J", "other"}, endpoint);

  EXPECT_EQ(settings.port, 2022);
  EXPECT_EQ(settings.user, "alice");
  EXPECT_EQ(settings.jump, "bastion");
}

TEST(ProgramWords, CarryAllThatWasSaid) {
  Access access;
  access.node = "n01";
  access.private_key_file = "/a key";
  access.ssh_options = {"-o", "ProxyCommand=nc %h %p", "-C"};
  access.check_host_key = false;
  const Endpoint endpoint{Endpoint::Kind::ssh, "node", 2022, "alice", ""};

  const auto words = program_words(endpoint, access, ssh_settings(endpoint, access));

  EXPECT_THAT(words, IsSupersetOf({"BatchMode=yes", "ConnectTimeout=10", "StrictHostKeyChecking=no",
                                   "IdentityFile=\"/a key\"", "ProxyCommand=nc %h %p", "-C"}));
  EXPECT_EQ(words.front(), "ssh");
  EXPECT_EQ(words.back(), "node");
}

}  // namespace
}  // namespace provisioner::transport

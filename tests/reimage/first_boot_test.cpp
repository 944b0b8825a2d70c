#include "provisioner/machine/reimage/first_boot.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "provisioner/base/base/error.h"

namespace provisioner::reimage {
namespace {

using value::Dict;
using value::List;
using value::Value;

const Value site_keys = List{"ssh-ed25519 AAAA ops"};

Value users(const std::string& home) {
  Dict entry{{"name", "ops"}, {"uid", 2001}};
  if (!home.empty()) entry.set("home", home);
  return List{entry};
}

std::string content(const std::vector<FirstFile>& files, const std::string& path) {
  const auto found = std::ranges::find(files, path, &FirstFile::path);
  return found == files.end() ? "no such file" : found->content;
}

inventory::Node wired_node() {
  inventory::Node node;
  node.name = "n11";
  inventory::Interface& port = node.network.interfaces.emplace_back();
  port.name = "eno1";
  port.mac = "52:54:00:00:00:01";
  node.deploy.address = "10.78.0.11/24";
  return node;
}

TEST(FirstUser, LivesWhereTheInventorySays) {
  const FirstUser user = first_user("n11", "ops", users("/var/home/ops"), site_keys);
  EXPECT_EQ(user.home, "/var/home/ops");
  const auto files = first_files(wired_node(), user);
  EXPECT_EQ(content(files, "/etc/sysusers.d/first-user.conf"),
            "g ops 2001\nu ops 2001:ops - /var/home/ops /bin/bash\n");
  EXPECT_EQ(content(files, "/etc/tmpfiles.d/first-user.conf"),
            "d /var/home/ops 0750 ops ops -\n"
            "d /var/home/ops/.ssh 0700 ops ops -\n"
            "z /var/home/ops/.ssh/authorized_keys 0600 ops ops -\n");
  EXPECT_EQ(content(files, "/var/home/ops/.ssh/authorized_keys"), "ssh-ed25519 AAAA ops\n");
}

TEST(FirstFiles, NameTheLinksBeforeTheNetworkIsSetUp) {
  const auto files = first_files(wired_node(), {.name = "root", .keys = {"ssh-ed25519 AAAA"}});

  EXPECT_EQ(content(files, "/etc/systemd/network/20-eno1.network"),
            "# Until the network role has run.\n[Match]\nPermanentMACAddress=52:54:00:00:00:01\n"
            "\n[Network]\nDHCP=no\nAddress=10.78.0.11/24\n");
  EXPECT_EQ(content(files, "/etc/systemd/system/systemd-udev-trigger.service.d/names-first.conf"),
            "[Service]\nExecStartPre=-/usr/bin/udevadm trigger --action=add "
            "--subsystem-match=net\nExecStartPre=-/usr/bin/udevadm settle --timeout=60\n");
  EXPECT_EQ(content(files, "/etc/systemd/system/systemd-networkd.service.d/names-first.conf"),
            "[Unit]\nWants=systemd-udev-trigger.service\nAfter=systemd-udev-trigger.service\n");
}

TEST(FirstUser, LivesBelowHomeOtherwise) {
  EXPECT_EQ(first_user("n11", "ops", users(""), site_keys).home, "/home/ops");
  EXPECT_EQ(first_user("n11", "carla", users("/srv/ops"), site_keys).home, "/home/carla");
}

TEST(FirstUser, OfAHomeThatWouldBeMoreThanAPathIsRefused) {
  for (const std::string home : {"/", "var/home", "/var/../etc", "/var home", "/var\nu root 0"})
    EXPECT_THROW(first_user("n11", "ops", users(home), site_keys), base::Error) << home;
}

}  // namespace
}  // namespace provisioner::reimage

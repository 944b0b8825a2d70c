// What dnsmasq is told, and what it says.

#include "provisioner/machine/image/boot_dhcp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::image {
namespace {

using testing::HasSubstr;
using testing::Not;

BootPlace place() {
  BootPlace place;
  place.interface = "eno3";
  place.address = "10.78.0.1";
  place.subnet = "10.78.0.0";
  place.netmask = "255.255.255.0";
  place.directory = "/run/boot";
  return place;
}

TEST(BootDhcp, AnswersKnownMachinesAlone) {
  EXPECT_THAT(dhcp_configuration(place()), HasSubstr("dhcp-ignore=tag:!known\n"));
  EXPECT_THAT(dhcp_configuration(place()), HasSubstr("dhcp-range=10.78.0.0,static,"));
  EXPECT_EQ(dnsmasq_hosts({}), "");
}

TEST(BootDhcp, GivesEachNodeItsAddressAndItsScript) {
  const std::vector<ArmedNode> armed = {
      {"n01", {"00:00:5e:00:53:41", "00:00:5e:00:53:81"}, "10.78.0.11", "/boot/abc"}};

  EXPECT_EQ(dnsmasq_hosts(armed),
            "00:00:5e:00:53:41,00:00:5e:00:53:81,set:node-n01,10.78.0.11\n");
  EXPECT_EQ(dnsmasq_options(place(), armed),
            "tag:node-n01,tag:ipxe,option:bootfile-name,\"http://10.78.0.1:8087/boot/abc\"\n");
}

TEST(BootDhcp, NamesTheScriptAsAFileToBootWhereItIsAProxy) {
  EXPECT_EQ(dnsmasq_boots(place(), {{"n01", {"00:00:5e:00:53:41"}, "10.78.0.11", "/boot/abc"}}),
            "dhcp-boot=tag:node-n01,tag:ipxe,http://10.78.0.1:8087/boot/abc,,10.78.0.1\n");
}

TEST(BootDhcp, GivesNoAddressesBesideASitesOwnServer) {
  BootPlace beside = place();
  beside.is_proxy = true;

  EXPECT_THAT(dhcp_configuration(beside), HasSubstr("dhcp-range=10.78.0.0,proxy,"));
  EXPECT_THAT(dhcp_configuration(beside), HasSubstr("conf-file=/run/boot/boots\n"));
  EXPECT_THAT(dhcp_configuration(beside), Not(HasSubstr("dhcp-authoritative")));
}

TEST(BootDhcp, ReadsOfWhomALineIs) {
  const auto dhcp = read_dhcp_line(
      "Nov 28 21:20:06 dnsmasq-dhcp[7]: 775 DHCPACK(eno3) 10.78.0.11 00:00:5e:00:53:4b n01");
  const auto tftp =
      read_dhcp_line("dnsmasq-tftp[7]: sent /run/boot/tftp/snponly.efi to 10.78.0.11");

  ASSERT_TRUE(dhcp && tftp);
  EXPECT_EQ(dhcp->whom, "00:00:5e:00:53:4b");
  EXPECT_EQ(dhcp->text, "DHCPACK(eno3) 10.78.0.11 00:00:5e:00:53:4b n01");
  EXPECT_EQ(tftp->whom, "10.78.0.11");
  EXPECT_EQ(tftp->source, "tftp");
  const auto proxy = read_dhcp_line("dnsmasq-dhcp[9]: 77 PXE(eno3) 00:00:5e:00:53:4b proxy");
  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->text, "PXE(eno3) 00:00:5e:00:53:4b proxy");
  EXPECT_FALSE(read_dhcp_line("dnsmasq[7]: started, version 2.90"));
}

}  // namespace
}  // namespace provisioner::image

// What of the inventory goes into a boot order.

#include "provisioner/machine/reimage/deploy_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::reimage {
namespace {

inventory::Node bootable_node() {
  inventory::Node node;
  node.name = "n01";
  node.pos.line = 7;
  node.hardware.rack = "A1";
  node.deploy.address = "10.78.0.11/24";
  inventory::Interface port;
  port.name = "eno1";
  port.mac = "00:00:5E:00:53:41";
  node.network.interfaces = {port};
  return node;
}

std::string refusal_of(const inventory::Node& node) {
  try {
    look_order(node, image::BootFiles{});
    return "ordered";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::input);
    EXPECT_EQ(error.pos().line, 7);
    return error.message();
  }
}

TEST(LookOrder, KnowsTheRackOfTheNode) {
  const BootOrder order = look_order(bootable_node(), image::BootFiles{});

  EXPECT_EQ(order.rack, "A1");
  EXPECT_EQ(order.address, "10.78.0.11/24");
  EXPECT_EQ(order.macs, std::vector<std::string>{"00:00:5e:00:53:41"});
}

TEST(LookOrder, RefusesMacsThatAreMoreThanOne) {
  for (const char* mac : {"00:00:5e:00:53:a1,set:x", "id:*", "00:00:5e:00:53:a1\nid:*",
                          "00:00:5e:00:53:a1\n"}) {
    inventory::Node node = bootable_node();
    node.network.interfaces.front().mac = mac;
    EXPECT_THAT(refusal_of(node), testing::StartsWith("n01: its MAC address '")) << mac;
  }
}

TEST(LookOrder, RefusesASecondPortsMacAsWell) {
  inventory::Node node = bootable_node();
  inventory::Interface port;
  port.name = "eno2";
  port.mac = "*:*:*:*:*:*";
  node.network.interfaces.push_back(port);

  EXPECT_EQ(refusal_of(node), "n01: its MAC address '*:*:*:*:*:*' cannot stand in a boot script");
}

TEST(LookOrder, RefusesKernelArgumentsThatEndTheirLine) {
  for (const char* words : {"quiet|x", "quiet\nboot", "quiet ${net0/mac}", "quiet && shell"}) {
    inventory::Node node = bootable_node();
    node.deploy.kernel_arguments = words;
    EXPECT_THAT(refusal_of(node), testing::StartsWith("n01: its kernel arguments 'quiet")) << words;
  }
  inventory::Node usual = bootable_node();
  usual.deploy.kernel_arguments = "console=tty0 console=ttyS0,115200n8";
  EXPECT_EQ(refusal_of(usual), "ordered");
}

TEST(LookOrder, RefusesAddressesThatAreNone) {
  inventory::Node address = bootable_node(), gateway = bootable_node();
  address.deploy.address = "10.78.0.11/24,set:x";
  gateway.deploy.gateway = "10.78.0.1\n";

  EXPECT_EQ(refusal_of(address),
            "n01: its address to boot with '10.78.0.11/24,set:x' cannot stand in a boot script");
  EXPECT_EQ(refusal_of(gateway),
            "n01: its gateway to boot with '10.78.0.1\\n' cannot stand in a boot script");
}

TEST(LookOrder, RefusesNamesOfPortsThatTheKernelWouldNotTake) {
  inventory::Node node = bootable_node();
  node.network.interfaces.front().name = "eno1\n[Link]";

  EXPECT_THAT(refusal_of(node),
              testing::StartsWith("n01: an interface cannot be called 'eno1\\n[Link]'"));
}

}  // namespace
}  // namespace provisioner::reimage

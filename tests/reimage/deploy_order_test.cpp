// What of the inventory goes into a boot order.

#include "provisioner/machine/reimage/deploy_order.h"

#include <gtest/gtest.h>

namespace provisioner::reimage {
namespace {

TEST(LookOrder, KnowsTheRackOfTheNode) {
  inventory::Node node;
  node.name = "n01";
  node.hardware.rack = "A1";
  node.deploy.address = "10.78.0.11/24";
  inventory::Interface port;
  port.name = "eno1";
  port.mac = "00:00:5e:00:53:41";
  node.network.interfaces = {port};

  const BootOrder order = look_order(node, image::BootFiles{});

  EXPECT_EQ(order.rack, "A1");
  EXPECT_EQ(order.address, "10.78.0.11/24");
}

}  // namespace
}  // namespace provisioner::reimage

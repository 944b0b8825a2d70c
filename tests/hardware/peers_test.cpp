// What most have in common, where nothing else says how it should be.

#include <gtest/gtest.h>

#include "tests/hardware/fleet.h"

namespace provisioner::hardware {
namespace {

using tests::Fleet;

TEST(Peers, SeeWhoIsDifferent) {
  Fleet fleet(10, false);
  fleet.remove(1, "dimms.0");
  fleet.set(1, "memory.visible_mib", 176'000);
  fleet.set(2, "links.0.speed", 1000);
  fleet.set(3, "firmware.bios_version", "2.8.1");
  fleet.set(4, "links.1.firmware", "212.0");
  fleet.set(5, "disks.1.firmware", "ST30");
  fleet.set(6, "processors.cores", 31);
  EXPECT_EQ(fleet.told(),
            "n01 memory: 11 x 16 GiB (none in A1) / 12 x 16 GiB (9 of 10) / peers\n"
            "n02 link eno1: 1 Gbit/s / 10 Gbit/s (9 of 10) / peers\n"
            "n03 firmware: BIOS 2.8.1 / BIOS 2.12.2 (9 of 10) / peers\n"
            "n04 link eno2: firmware 212.0 / firmware 214.4 (9 of 10) / peers\n"
            "n05 disk data: firmware ST30 / firmware ST31 (9 of 10) / peers\n"
            "n06 processors: 2 sockets with 31 cores / 2 sockets with 32 cores (9 of 10) / peers\n");
}

TEST(Peers, SayNothingOfTwoOrWithoutAMajority) {
  Fleet two(2, false);
  two.set(1, "firmware.bios_version", "2.8.1");
  EXPECT_EQ(two.told(), "");
  Fleet half(10, false);
  for (int number = 1; number <= 5; ++number) half.set(number, "firmware.bios_version", "2.8.1");
  EXPECT_EQ(half.told(), "");
}

TEST(Peers, LeaveAloneWhatTheSpecificationAllows) {
  Fleet fleet(5);
  for (Subject& subject : fleet.subjects) subject.spec->bios_versions = {"2.12.2", "2.8.1"};
  fleet.set(1, "firmware.bios_version", "2.8.1");
  EXPECT_EQ(fleet.told(), "");
}

TEST(Peers, CompareFirmwareOfOneModelAlone) {
  Fleet fleet(5, false);
  fleet.set(1, "disks.0.model", "OTHER");
  fleet.set(1, "disks.0.firmware", "X1");
  EXPECT_EQ(fleet.told(), "n01 disk system: OTHER / ST1200MM0099 (4 of 5) / peers\n");
}

TEST(Peers, AreThoseOfOneSpecification) {
  Fleet fleet(6, false);
  for (int number : {1, 2, 3}) {
    fleet.node(number).hardware.model = "PowerEdge R7525";
    fleet.set(number, "firmware.product", "PowerEdge R7525");
    fleet.set(number, "firmware.bios_version", "9.9");
  }
  EXPECT_EQ(fleet.told(), "");
}

TEST(Peers, AreNoErrors) {
  Fleet fleet(5, false);
  fleet.set(1, "firmware.bios_version", "2.8.1");
  const std::vector<Finding> findings = check(fleet.subjects).findings;
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].is_error());
}

}  // namespace
}  // namespace provisioner::hardware

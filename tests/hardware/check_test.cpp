// What a fleet differs in.

#include "provisioner/machine/hardware/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/hardware/fleet.h"

namespace provisioner::hardware {
namespace {

using tests::Fleet;

TEST(Check, FindsNothingOnMachinesThatAreAlike) {
  EXPECT_EQ(Fleet(20).told(), "");
  EXPECT_EQ(Fleet(20, false).told(), "");
}

TEST(Check, TellsAMissingModuleOnceAndWhereItIsMissing) {
  Fleet fleet(5);
  fleet.remove(3, "dimms.4");
  fleet.set(3, "memory.visible_mib", 176'000);
  EXPECT_EQ(fleet.told(), "n03 memory: 11 x 16 GiB (none in A5) / 12 x 16 GiB / spec\n");
}

TEST(Check, JudgesNoLinksThatWereLeftDown) {
  Fleet fleet(4);
  const auto look_from_one_link = [&](int number) {
    for (const std::string link : {"links.0.", "links.1."}) {
      fleet.set(number, link + "has_carrier", false);
      fleet.set(number, link + "speed", 0);
      fleet.set(number, link + "neighbour", value::Dict{{"switch", "tor9"}, {"port", "Eth1/9"}});
    }
  };
  look_from_one_link(2);
  EXPECT_NE(fleet.told(), "");
  fleet.subjects[1].tells_links = false;
  fleet.remove(2, "dimms.4");

  EXPECT_EQ(fleet.told(), "n02 memory: 11 x 16 GiB (none in A5) / 12 x 16 GiB / spec\n");
  EXPECT_EQ(check(fleet.subjects).without_links, std::vector<std::string>{"n02"});
  EXPECT_TRUE(check(fleet.subjects).unheard.empty());
  fleet.subjects[1].is_meant = false;
  EXPECT_TRUE(check(fleet.subjects).without_links.empty());
}

TEST(Check, TellsAModuleOfAnotherSizeOrSpeed) {
  Fleet fleet(3);
  fleet.set(2, "dimms.0.size", std::int64_t{8} << 30);
  fleet.set(3, "dimms.0.speed", 2400);
  EXPECT_EQ(fleet.told(),
            "n02 memory: 11 x 16 GiB, 1 x 8 GiB / 12 x 16 GiB / spec\n"
            "n03 memory: A1 at 2400 MT/s / 2666 MT/s / spec\n");
}

TEST(Check, TellsMemoryThatOnlyTheKernelMisses) {
  Fleet fleet(3);
  fleet.set(2, "memory.visible_mib", 176 * 1024);
  EXPECT_EQ(fleet.told(), "n02 memory: the kernel sees 176 GiB / 192 GiB / spec\n");
}

TEST(Check, LetsANodeHaveMoreThanItsSpecification) {
  Fleet fleet(5);
  fleet.node(2).hardware.memory_gib = 384;
  for (int slot = 0; slot < 12; ++slot)
    fleet.set(2, "dimms." + std::to_string(slot) + ".size", std::int64_t{32} << 30);
  fleet.set(2, "memory.visible_mib", 386'000);
  EXPECT_EQ(fleet.told(), "");
  fleet.remove(2, "dimms.0");
  EXPECT_EQ(fleet.told(),
            "n02 memory: 11 x 32 GiB (none in A1) / 384 GiB / inventory\n");
}

TEST(Check, CountsSocketsCoresAndThreads) {
  Fleet fleet(4);
  fleet.set(1, "processors.sockets", 1);
  fleet.set(1, "processors.cores", 16);
  fleet.set(1, "processors.threads", 32);
  fleet.set(2, "processors.cores", 30);
  fleet.set(2, "processors.threads", 60);
  fleet.set(3, "processors.threads", 32);
  EXPECT_EQ(fleet.told(),
            "n01 processors: 1 socket with 16 cores / 2 sockets with 32 cores / spec\n"
            "n02 processors: 2 sockets with 30 cores / 2 sockets with 32 cores / spec\n"
            "n03 processors: 1 thread a core / 2 threads / spec\n");
}

TEST(Check, TellsADiskThatIsMissing) {
  Fleet fleet(3);
  fleet.remove(2, "disks.1");
  EXPECT_EQ(fleet.told(), "n02 disk data: missing / serial WFK021 / inventory\n");
}

TEST(Check, TellsADiskThatWasReplacedOnce) {
  Fleet fleet(4);
  fleet.set(2, "disks.1.serial", "OTHER");
  fleet.set(2, "disks.1.wwn", "0x5000c500ffffffff");
  fleet.set(2, "disks.1.size", std::int64_t{900'185'481'216});
  EXPECT_EQ(fleet.told(),
            "n02 disk data: serial OTHER, 900 GB / serial WFK021, 1200 GB / spec\n");
}

TEST(Check, KnowsWhoseDiskItIs) {
  Fleet fleet(3);
  fleet.set(2, "disks.1.serial", "WFK031");
  fleet.set(2, "disks.1.wwn", "0x5000c500a1003001");
  EXPECT_EQ(fleet.told(),
            "n02 disk data: serial WFK031 (n03's data) / serial WFK021 / inventory\n");
}

TEST(Check, TellsADiskTooManyAndNoVirtualMedia) {
  Fleet fleet(3);
  const value::Value floppy = value::Dict{{"name", "sdc"}, {"transport", "usb"}, {"size", 1440}};
  value::List disks = fleet.subjects[0].facts.find("disks")->list();
  disks.push_back(floppy);
  fleet.set(1, "disks", disks);
  EXPECT_EQ(fleet.told(), "");
  fleet.set(1, "disks.2", value::Dict{{"name", "sdc"}, {"transport", "sas"}, {"slot", "5"},
                                      {"size", std::int64_t{1'200'243'695'616}}});
  EXPECT_EQ(fleet.told(), "n01 disk slot 5: 1200 GB, one too many / no disk / spec\n");
}

TEST(Check, TellsLinksThatAreSlowDownOrAnothers) {
  Fleet fleet(5);
  fleet.set(1, "links.1.speed", 1000);
  fleet.set(2, "links.0.has_carrier", false);
  fleet.set(2, "links.0.speed", 0);
  fleet.set(3, "links.1.permanent_mac", "02:00:00:00:04:01");
  fleet.remove(4, "links.1");
  EXPECT_EQ(fleet.told(),
            "n01 link eno2: 1 Gbit/s / 10 Gbit/s / spec\n"
            "n02 link eno1: down / up / inventory\n"
            "n03 link eno2: MAC 02:00:00:00:04:01 (n04's eno2) / MAC 02:00:00:00:03:01 / inventory\n"
            "n04 link eno2: missing / MAC 02:00:00:00:04:01 / inventory\n");
}

TEST(Check, NamesMachinesThatStandInEachOthersPlace) {
  Fleet fleet(3);
  std::swap(fleet.subjects[0].facts, fleet.subjects[1].facts);
  for (int number : {1, 2})
    for (const char* link : {"links.0.neighbour", "links.1.neighbour"})
      fleet.remove(number, link);
  EXPECT_EQ(fleet.told(),
            "n01+n02 machine: n01 and n02 are swapped: serial 9XK02 (n02's) / serial 9XK01 / "
            "inventory\n");
}

TEST(Check, HoldsTheFirmwareAgainstVersionsOrAMinimum) {
  Fleet fleet(2);
  fleet.subjects[0].spec->bios_minimum = "2.13.0";
  fleet.subjects[1].spec->bios_versions = {"2.12.1", "2.12.3"};
  fleet.set(2, "firmware.boot", "bios");
  EXPECT_EQ(fleet.told(),
            "n01 firmware: BIOS 2.12.2 / BIOS 2.13.0 or newer / spec\n"
            "n02 firmware: boots by bios, BIOS 2.12.2 / by uefi, BIOS 2.12.1 or 2.12.3 / spec\n");
}

TEST(Check, SaysNothingOfWhatWasNotTold) {
  Fleet fleet(4);
  fleet.subjects[0].facts = value::Value();
  fleet.subjects[1].facts = value::Dict();
  fleet.subjects[2].facts = value::Dict{{"disks", "none"}, {"links", 7}, {"dimms", value::Dict()}};
  EXPECT_EQ(fleet.told().find("n01"), std::string::npos);
  EXPECT_EQ(fleet.told().find("n02"), std::string::npos);
}

TEST(Check, TellsAWwnThatDiffersBesideTheSameSerial) {
  Fleet fleet(1);
  fleet.set(1, "disks.0.wwn", "0x5000c500ffffffff");
  EXPECT_THAT(fleet.told(), testing::HasSubstr("WWN 0x5000c500ffffffff / WWN "));
}

TEST(Check, TellsOnlyOfNodesThatAreMeant) {
  Fleet fleet(4);
  fleet.set(1, "links.1.speed", 1000);
  fleet.set(2, "links.1.speed", 1000);
  fleet.subjects[0].is_meant = false;
  EXPECT_EQ(fleet.told(), "n02 link eno2: 1 Gbit/s / 10 Gbit/s / spec\n");
}

}  // namespace
}  // namespace provisioner::hardware

// Cables against what switches say.

#include <gtest/gtest.h>

#include "tests/hardware/fleet.h"

namespace provisioner::hardware {
namespace {

using tests::Fleet;

void plug(Fleet& fleet, int number, int link, const std::string& to, const std::string& port) {
  fleet.set(number, "links." + std::to_string(link) + ".neighbour",
            value::Dict{{"switch", to}, {"port", port}});
}

TEST(Cabling, NamesASwapOfTwoNodes) {
  Fleet fleet(8);
  plug(fleet, 3, 0, "tor1", "Eth1/7");
  plug(fleet, 7, 0, "tor1", "Eth1/3");
  EXPECT_EQ(fleet.told(),
            "n03+n07 cable eno1: n03 eno1 and n07 eno1 are swapped: n03 eno1 is in tor1 Eth1/7, "
            "n07 eno1 is in tor1 Eth1/3 / n03 eno1 in tor1 Ethernet1/3, n07 eno1 in tor1 "
            "Ethernet1/7 / cabling\n");
}

TEST(Cabling, NamesASwapOfTwoPortsOfANode) {
  Fleet fleet(3);
  plug(fleet, 2, 0, "tor2", "Ethernet1/2");
  plug(fleet, 2, 1, "tor1", "Ethernet1/2");
  EXPECT_EQ(fleet.told(),
            "n02 cable eno1: n02 eno1 and n02 eno2 are swapped: n02 eno1 is in tor2 Ethernet1/2, "
            "n02 eno2 is in tor1 Ethernet1/2 / n02 eno1 in tor1 Ethernet1/2, n02 eno2 in tor2 "
            "Ethernet1/2 / cabling\n");
}

TEST(Cabling, NamesARingOfThree) {
  Fleet fleet(4);
  plug(fleet, 1, 0, "tor1", "Eth1/2");
  plug(fleet, 2, 0, "tor1", "Eth1/4");
  plug(fleet, 4, 0, "tor1", "Eth1/1");
  const std::string told = fleet.told();
  EXPECT_EQ(told.find("n01+n02+n04 cable eno1: n01 eno1, n02 eno1 and n04 eno1 are swapped: "), 0u)
      << told;
  EXPECT_EQ(told.find('\n'), told.size() - 1);
}

TEST(Cabling, TellsACableInAnothersPlaceAndOneInNobodys) {
  Fleet fleet(4);
  fleet.set(2, "links.0.neighbour", value::Dict());  // says nothing
  plug(fleet, 1, 0, "tor1", "Eth1/2");
  plug(fleet, 3, 1, "tor2", "Eth1/48");
  EXPECT_EQ(fleet.told(),
            "n01 cable eno1: in tor1 Eth1/2, where n02 eno1 belongs / in tor1 Ethernet1/1 / "
            "cabling\n"
            "n03 cable eno2: in tor2 Eth1/48 / in tor2 Ethernet1/3 / cabling\n");
}

TEST(Cabling, ReadsNamesAsSwitchesSpellThem) {
  Fleet fleet(1);
  plug(fleet, 1, 0, "TOR1.dc.example.org", "ethernet1/1");
  plug(fleet, 1, 1, "tor2", "Et1/1");
  EXPECT_EQ(fleet.told(), "");
  plug(fleet, 1, 0, "tor10", "Eth1/1");
  plug(fleet, 1, 1, "tor2", "Eth1/11");
  EXPECT_EQ(fleet.told(),
            "n01 cable eno1: in tor10 Eth1/1 / in tor1 Ethernet1/1 / cabling\n"
            "n01 cable eno2: in tor2 Eth1/11 / in tor2 Ethernet1/1 / cabling\n");
}

TEST(Cabling, TellsWhatItCouldNotHear) {
  Fleet fleet(2);
  fleet.set(1, "links.1.neighbour", value::Dict());
  const CheckResult result = check(fleet.subjects);
  EXPECT_TRUE(result.findings.empty());
  EXPECT_EQ(result.unheard, std::vector<std::string>{"n01 eno2"});
}

TEST(Cabling, TakesWhatTheAgentHeardItself) {
  Fleet fleet(2);
  fleet.set(1, "links.1.neighbour", value::Dict());
  fleet.set(1, "lldp", value::List{value::Dict{{"link", "eno2"}, {"switch", "tor2"}, {"port", "Eth1/9"}}});
  EXPECT_EQ(fleet.told(), "n01 cable eno2: in tor2 Eth1/9 / in tor2 Ethernet1/1 / cabling\n");
}

}  // namespace
}  // namespace provisioner::hardware

// The texts are ipmitool 1.8.19's own, of ipmi_sim and of servers.

#include "provisioner/machine/metal/ipmi_text.h"

#include <gtest/gtest.h>

namespace provisioner::metal {
namespace {

TEST(IpmiText, TellsThePowerAndNeverGuesses) {
  EXPECT_EQ(read_power("Chassis Power is on\n"), Power::on);
  EXPECT_EQ(read_power("Chassis Power is off\n"), Power::off);
  for (const char* text : {"", "Chassis Power is", "Chassis Power is on fire", "on",
                           "Chassis Power is on\nChassis Power is off\n"})
    EXPECT_EQ(read_power(text), Power::unknown) << text;
}

TEST(IpmiText, TellsTheNextBoot) {
  const std::string head =
      "Boot parameter version: 1\nBoot parameter 5 is valid/unlocked\n"
      "Boot parameter data: 8004000000\n Boot Flags :\n   - Boot Flag Valid\n";
  const auto read = [&](const std::string& selector) {
    return read_boot_device(head + "   - Boot Device Selector : " + selector + "\n");
  };
  EXPECT_EQ(read("Force PXE"), BootDevice::pxe);
  EXPECT_EQ(read("Force Boot from default Hard-Drive"), BootDevice::disk);
  EXPECT_EQ(read("Force Boot into BIOS Setup"), BootDevice::bios);
  EXPECT_EQ(read("No override"), std::nullopt);
  EXPECT_EQ(read_boot_device(""), std::nullopt);
}

TEST(IpmiText, FindsALineByItsKey) {
  const std::string text =
      " Board Mfg             : Dell\n Product Name          : PowerEdge R640\n"
      " Product Serial        : 7XK2\n Firmware Revision : 9.08\n";
  EXPECT_EQ(line_value(text, "Product Name"), "PowerEdge R640");
  EXPECT_EQ(line_value(text, "Product Serial"), "7XK2");
  EXPECT_EQ(line_value(text, "Serial"), "");
}

TEST(IpmiText, ReadsSensors) {
  const auto sensors = read_sensors("Inlet Temp,23,degrees C,ok\nFan1,no reading,,ns\nbroken\n");
  ASSERT_EQ(sensors.size(), 2U);
  EXPECT_EQ(sensors[0].name + "|" + sensors[0].reading + "|" + sensors[0].unit + "|" +
                sensors[0].state,
            "Inlet Temp|23|degrees C|ok");
}

TEST(IpmiText, ReadsTheEventLog) {
  const auto entries = read_event_log(
      "1,11/28/2026,20:01:02,Power Unit #0x01,Power off/down,Asserted\n"
      "2,Pre-Init,0000000000,Temperature #0x30,Upper Critical going high,Asserted\n");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].time, "11/28/2026 20:01:02");
  EXPECT_EQ(entries[0].text, "Power Unit #0x01, Power off/down, Asserted");
  EXPECT_EQ(entries[1].time, "Pre-Init 0000000000");
}

}  // namespace
}  // namespace provisioner::metal

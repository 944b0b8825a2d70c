// A machine written down.

#include "provisioner/machine/hardware/entry.h"

#include <gtest/gtest.h>

#include "tests/hardware/fleet.h"

namespace provisioner::hardware {
namespace {

std::string written(const value::Value& facts) {
  return inventory_text("n21", entry_of(read_machine(facts)), "found");
}

TEST(Entries, SayWhoAMachineIs) {
  tests::Fleet fleet(1);
  EXPECT_EQ(written(fleet.subjects[0].facts),
            "# found\n"
            "ungrouped:\n"
            "  hosts:\n"
            "    n21:\n"
            "      hardware:\n"
            "        vendor: Dell Inc.\n"
            "        model: PowerEdge R740\n"
            "        serial: 9XK01\n"
            "        sockets: 2\n"
            "        cores_per_socket: 16\n"
            "        memory_gib: 192\n"
            "        firmware: uefi\n"
            "      disks:\n"
            "      - name: disk0\n"
            "        serial: WFK010\n"
            "        wwn: '0x5000c500a1001000'\n"
            "        size_gb: 1200\n"
            "        type: sas\n"
            "      - name: disk1\n"
            "        serial: WFK011\n"
            "        wwn: '0x5000c500a1001001'\n"
            "        size_gb: 1200\n"
            "        type: sas\n"
            "      network:\n"
            "        interfaces:\n"
            "        - name: eno1\n"
            "          mac: 02:00:00:00:01:00\n"
            "          switch: tor1.example.org\n"
            "          port: Eth1/1\n"
            "        - name: eno2\n"
            "          mac: 02:00:00:00:01:01\n"
            "          switch: tor2.example.org\n"
            "          port: Eth1/1\n");
}

TEST(Entries, HoldNoTemplateOfAMachines) {
  tests::Fleet fleet(1);
  fleet.set(1, "firmware.serial", "{{ lookup('pipe', 'id') }}");
  fleet.set(1, "disks.0.serial", "12345\n!vault");
  const std::string text = written(fleet.subjects[0].facts);
  EXPECT_EQ(text.find("{{"), std::string::npos);
  EXPECT_NE(text.find("serial: lookup('pipe', 'id')\n"), std::string::npos) << text;
  EXPECT_NE(text.find("serial: 12345vault\n"), std::string::npos) << text;
}

TEST(Entries, LeaveOutWhatTheInventoryWouldRefuse) {
  tests::Fleet fleet(1);
  fleet.set(1, "links.0.permanent_mac",
            "80:00:02:08:fe:80:00:00:00:00:00:00:e4:1d:2d:03:00:0e:10:01");
  fleet.set(1, "disks.0.wwn", "nvme.144d-533446-53616d73756e67-00000001");
  const std::string text = written(fleet.subjects[0].facts);
  EXPECT_EQ(text.find("80:00:02"), std::string::npos) << text;
  EXPECT_EQ(text.find("nvme"), std::string::npos) << text;
  EXPECT_NE(text.find("- name: eno1\n"), std::string::npos) << text;
}

TEST(Entries, QuoteWhatLooksLikeANumber) {
  tests::Fleet fleet(1);
  fleet.set(1, "firmware.serial", "0012345");
  EXPECT_NE(written(fleet.subjects[0].facts).find("serial: '0012345'\n"), std::string::npos);
}

}  // namespace
}  // namespace provisioner::hardware

// What a machine is made of, on nodes in memory.
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "tests/support/fake_host.h"

namespace provisioner::modules::facts {
namespace {

using host::FileType;
using support::FakeHost;

class PartsFacts : public testing::Test {
 protected:
  void file(const std::string& path, const std::string& content) {
    node.files.put(path, FileType::file, content, 0444);
  }
  void link(const std::string& path, const std::string& target) {
    node.files.put(path, FileType::link, target, 0777);
  }

  std::string fact(const char* name) {
    const Findings findings = parts(node, {});
    return value::write_json(*findings.facts.find(name));
  }

  FakeHost node;
};

TEST_F(PartsFacts, CountProcessors) {
  file("/proc/cpuinfo",
       "processor\t: 0\nmodel name\t: EPYC 7543\ncpu MHz\t\t: 2794.7\nphysical id\t: 0\n"
       "siblings\t: 64\ncpu cores\t: 32\n\nprocessor\t: 1\nmodel name\t: EPYC 7543\n"
       "physical id\t: 1\nsiblings\t: 64\ncpu cores\t: 32\n");
  EXPECT_EQ(fact("processors"),
            R"({"sockets": 2, "cores": 64, "threads": 128, "model": "EPYC 7543", "mhz": 2794})");
  file("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", "3737890\n");
  EXPECT_EQ(fact("processors"),
            R"({"sockets": 2, "cores": 64, "threads": 128, "model": "EPYC 7543", "mhz": 3737})");
}

TEST_F(PartsFacts, TellLinksWithHardwareBehindThem) {
  file("/sys/class/net/bond0/address", "52:54:00:00:00:09\n");
  file("/sys/class/net/eno1/address", "52:54:00:00:00:09\n");
  file("/sys/class/net/eno1/speed", "25000\n");
  file("/sys/class/net/eno1/carrier", "1\n");
  file("/sys/devices/pci0000:3b:00.0/vendor", "0x15b3\n");
  link("/sys/class/net/eno1/device", "/sys/devices/pci0000:3b:00.0");
  node.links["eno1"] = {"52:54:00:00:00:01", "mlx5_core", "16.31.1014"};
  EXPECT_EQ(fact("links"),
            R"([{"name": "eno1", "mac": "52:54:00:00:00:09", )"
            R"("permanent_mac": "52:54:00:00:00:01", "speed": 25000, "has_carrier": true, )"
            R"("driver": "mlx5_core", "firmware": "16.31.1014", "pci": "pci0000:3b:00.0", )"
            R"("neighbour": {}}])");
}

TEST_F(PartsFacts, TellWhichSwitchPortALinkGoesTo) {
  link("/sys/class/net/eno1/device", "/sys");
  node.programs["lldpctl"] = [](FakeHost&, const host::Host::Command&) {
    host::CommandResult answer;
    answer.out =
        "lldp.eno10.chassis.name=other\nlldp.eno1.chassis.mac=aa:bb\nlldp.eno1.chassis.name=tor1\n"
        "lldp.eno1.port.ifname=Eth1/7\nlldp.eno1.vlan.vlan-id=20\n";
    return answer;
  };
  EXPECT_NE(fact("links").find(R"("neighbour": {"switch_mac": "aa:bb", "switch": "tor1", )"
                               R"("port": "Eth1/7", "vlan": "20"})"),
            std::string::npos)
      << fact("links");
}

TEST_F(PartsFacts, ListCards) {
  file("/sys/bus/pci/devices/0000:3b:00.0/vendor", "0x15b3\n");
  file("/sys/bus/pci/devices/0000:3b:00.0/device", "0x1017\n");
  file("/sys/bus/pci/devices/0000:3b:00.0/class", "0x020000\n");
  link("/sys/bus/pci/devices/0000:3b:00.0/driver", "../../../bus/pci/drivers/mlx5_core");
  EXPECT_EQ(fact("pci"), R"([{"address": "0000:3b:00.0", "vendor": "0x15b3", "device": "0x1017", )"
                         R"("class": "0x020000", "driver": "mlx5_core"}])");
}

TEST_F(PartsFacts, NameTheFirmware) {
  for (const char* name : {"bios_version", "product_serial", "board_name"})
    file(std::string("/sys/class/dmi/id/") + name, std::string(name) + "!\n");
  node.files.put("/sys/firmware/efi", FileType::directory, "", 0755);
  EXPECT_EQ(fact("firmware"),
            R"({"bios_vendor": "", "bios_version": "bios_version!", "bios_date": "", )"
            R"("vendor": "", "product": "", "serial": "product_serial!", "uuid": "", )"
            R"("board": "board_name!", "board_serial": "", "chassis_serial": "", "boot": "uefi"})");
}

TEST_F(PartsFacts, OfAMachineThatTellsNothingAreEmpty) {
  EXPECT_EQ(fact("dimms"), "[]");
  EXPECT_EQ(fact("links"), "[]");
  EXPECT_EQ(fact("pci"), "[]");
}

}  // namespace
}  // namespace provisioner::modules::facts

// The facts `disks` on nodes in memory.
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"
#include "provisioner/node/modules/facts/gatherer.h"
#include "tests/support/fake_host.h"

namespace provisioner::modules::facts {
namespace {

using host::FileType;
using support::FakeHost;
using value::Value;

class DisksFacts : public testing::Test {
 protected:
  DisksFacts() {
    says("wipefs", R"({"signatures": []})");
    says("sfdisk", "", 1);
  }

  void says(const std::string& program, const std::string& out, int status = 0) {
    node.programs[program] = [=](FakeHost&, const host::Host::Command&) {
      host::CommandResult answer;
      answer.status = status;
      answer.out = out;
      return answer;
    };
  }

  void file(const std::string& path, const std::string& content) {
    node.files.put(path, FileType::file, content, 0444);
  }

  // A disk at `place` of the device tree, with what every disk has.
  std::string add_disk(const std::string& name, const std::string& place,
                       const std::string& sectors) {
    const std::string path = "/sys/devices" + place + "/block/" + name;
    node.files.put("/sys/block/" + name, FileType::link, "../devices" + place + "/block/" + name,
                   0777);
    const std::string last = place.substr(place.rfind('/') + 1);
    node.files.put(path + "/device", FileType::link, "../../../" + last, 0777);
    file(path + "/size", sectors + "\n");
    file(path + "/dev", "8:0\n");
    file(path + "/queue/rotational", "1\n");
    file(path + "/queue/logical_block_size", "512\n");
    file(path + "/queue/physical_block_size", "4096\n");
    file("/dev/" + name, std::string(20000, '\0'));
    return path;
  }

  // A SAS disk in bay 4 of an enclosure.
  std::string add_sas_disk() {
    const std::string place =
        "/pci0000:00/host0/port-0:1/end_device-0:1/target0:0:1/0:0:1:0";
    const std::string path = add_disk("sda", place, "2048000");
    const std::string device = "/sys/devices" + place;
    file(device + "/wwid", "naa.5000c500a1b2c3d4\n");
    file(device + "/vpd_pg80", std::string("\0\x80\0\x08 ZC1 8  ", 12));
    file(device + "/model", "ST1200MM0099    \n");
    file(device + "/rev", "ST31\n");
    file("/sys/class/sas_device/end_device-0:1/bay_identifier", "4\n");
    file("/sys/class/sas_device/end_device-0:1/enclosure_identifier", "0x500304801f2e3f3f\n");
    return path;
  }

  Value found() {
    const Findings findings = disks(node, {});
    warnings = findings.warnings;
    return *findings.facts.find("disks");
  }

  std::string fact(const char* name) {
    const Value all = found();
    const Value* content = all.list().at(0).find(name);
    return content ? value::write_json(*content) : "none";
  }

  FakeHost node;
  std::vector<std::string> warnings;
};

TEST_F(DisksFacts, TellWhoADiskIsAndWhereItSits) {
  add_sas_disk();
  EXPECT_EQ(fact("name"), R"("sda")");
  EXPECT_EQ(fact("wwn"), R"("0x5000c500a1b2c3d4")");
  EXPECT_EQ(fact("serial"), R"("ZC1 8")");
  EXPECT_EQ(fact("model"), R"("ST1200MM0099")");
  EXPECT_EQ(fact("firmware"), R"("ST31")");
  EXPECT_EQ(fact("size"), "1048576000");
  EXPECT_EQ(fact("is_rotational"), "true");
  EXPECT_EQ(fact("transport"), R"("sas")");
  EXPECT_EQ(fact("slot"), R"("4")");
  EXPECT_EQ(fact("enclosure"), R"("0x500304801f2e3f3f")");
  EXPECT_EQ(fact("logical_sector_size"), "512");
  EXPECT_EQ(fact("physical_sector_size"), "4096");
  EXPECT_EQ(fact("is_mounted"), "false");
  EXPECT_EQ(fact("is_read"), "true");
  EXPECT_EQ(fact("signatures"), "[]");
}

TEST_F(DisksFacts, KnowNvmeAndVirtio) {
  const std::string nvme = add_disk("nvme0n1", "/pci0000:00/nvme/nvme0", "2048");
  file(nvme + "/wwid", "eui.0025385b71b1c2d3\n");
  file("/sys/devices/pci0000:00/nvme/nvme0/serial", "S4EWNX0M  \n");
  file("/sys/devices/pci0000:00/nvme/nvme0/firmware_rev", "EDA7\n");
  const std::string virtio = add_disk("vda", "/pci0000:00/virtio1", "2048");
  file(virtio + "/serial", "n03-system\n");
  const value::List disks = found().list();
  ASSERT_EQ(disks.size(), 2u);
  EXPECT_EQ(value::text_or(disks[0], "transport", ""), "nvme");
  EXPECT_EQ(value::text_or(disks[0], "wwn", ""), "eui.0025385b71b1c2d3");
  EXPECT_EQ(value::text_or(disks[0], "serial", ""), "S4EWNX0M");
  EXPECT_EQ(value::text_or(disks[0], "firmware", ""), "EDA7");
  EXPECT_EQ(value::text_or(disks[1], "transport", ""), "virtio");
  EXPECT_EQ(value::text_or(disks[1], "serial", ""), "n03-system");
}

TEST_F(DisksFacts, LeaveOutWhatIsNoDisk) {
  add_disk("sr0", "/pci0000:00/ata1/target", "2048");
  add_disk("sdb", "/pci0000:00/usb1/target", "0");
  file(add_disk("nvme0c0n1", "/pci0000:00/nvme/nvme1", "2048") + "/hidden", "1\n");
  file("/sys/block/loop0/size", "2048\n");
  EXPECT_EQ(found().list().size(), 0u);
}

TEST_F(DisksFacts, TellWhatWipefsFinds) {
  file(add_sas_disk() + "/sda1/partition", "1\n");
  file("/dev/sda1", "");
  says("wipefs", R"({"signatures": [
    {"device": "sda", "offset": "0x200", "type": "gpt", "uuid": null, "label": null},
    {"device": "sda1", "offset": "0x438", "type": "ext4", "uuid": "u-1", "label": "root"}]})");
  EXPECT_EQ(fact("signatures"),
            R"([{"where": "disk", "type": "gpt", "uuid": "", "label": "", "offset": 512}, )"
            R"({"where": "1", "type": "ext4", "uuid": "u-1", "label": "root", "offset": 1080}])");
}

TEST_F(DisksFacts, AskWipefsForTheDiskAndEachPartition) {
  const std::string path = add_disk("nvme0n1", "/pci0000:00/nvme/nvme0", "2048");
  file(path + "/nvme0n1p1/partition", "1\n");
  file("/dev/nvme0n1p1", "");
  node.programs["wipefs"] = [](FakeHost&, const host::Host::Command& command) {
    EXPECT_EQ(command.argv, (std::vector<std::string>{"wipefs", "--no-act", "--json",
                                                      "/dev/nvme0n1", "/dev/nvme0n1p1"}));
    host::CommandResult answer;
    answer.out = R"({"signatures": [{"device": "nvme0n1p1", "offset": "0x0", "type": "x"}]})";
    return answer;
  };
  EXPECT_EQ(fact("signatures"),
            R"([{"where": "1", "type": "x", "uuid": "", "label": "", "offset": 0}])");
}

TEST_F(DisksFacts, TellTheTableAndThePartitionsOfGpfs) {
  add_sas_disk();
  says("sfdisk", R"({"partitiontable": {"label": "gpt", "sectorsize": 512, "partitions": [
    {"node": "/dev/sda1", "start": 48, "size": 2047952, "uuid": "U",
     "type": "37AFFC90-EF7D-4E96-91C3-2D7AE055B174", "name": "GPFS:"}]}})");
  EXPECT_EQ(fact("partition_table"), R"("gpt")");
  EXPECT_EQ(fact("partitions"),
            R"([{"number": 1, "type": "37AFFC90-EF7D-4E96-91C3-2D7AE055B174", "uuid": "U", )"
            R"("name": "GPFS:", "start": 24576, "size": 1048551424}])");
  EXPECT_EQ(fact("signatures"),
            R"([{"where": "1", "type": "gpfs_nsd", "uuid": "U", "label": "", "offset": 0}])");
}

TEST_F(DisksFacts, KnowAGpfsDiskWithoutATable) {
  add_sas_disk();
  std::string content(20000, '\0');
  content.replace(1024 + 16, 14, "NSD descriptor");
  file("/dev/sda", content);
  EXPECT_EQ(fact("signatures"),
            R"([{"where": "disk", "type": "gpfs_nsd", "uuid": "", "label": "", "offset": 1040}])");
}

TEST_F(DisksFacts, KnowAnImageThatIsNotWhole) {
  add_sas_disk();
  file("/dev/sda", "provisioner: unfinished image abc\n" + std::string(20000, '\0'));
  EXPECT_EQ(fact("signatures"),
            R"([{"where": "disk", "type": "provisioner_unfinished", "uuid": "abc", "label": "", )"
            R"("offset": 0}])");
}

TEST_F(DisksFacts, NeverTakeADiskForEmptyThatCouldNotBeLookedAt) {
  add_sas_disk();
  says("wipefs", "", 1);
  EXPECT_EQ(fact("is_read"), "false");
  EXPECT_EQ(warnings, std::vector<std::string>{"could not look at what is on 'sda': wipefs: "});
  node.programs.erase("wipefs");
  EXPECT_EQ(fact("is_read"), "false");
}

TEST_F(DisksFacts, SeeWhatIsMountedOnPartitionsAndWhatIsMadeOfThem) {
  const std::string path = add_sas_disk();
  file(path + "/sda1/partition", "1\n");
  file(path + "/sda1/dev", "8:1\n");
  file("/dev/sda1", "");
  node.files.put(path + "/sda1/holders/md0", FileType::link, "/sys/block/md0", 0777);
  file("/sys/block/md0/dev", "9:0\n");
  file("/proc/self/mountinfo", "30 1 8:10 / / rw - ext4 /dev/sdb1 rw\n");
  EXPECT_EQ(fact("is_mounted"), "false");
  file("/proc/self/mountinfo", "30 1 9:0 / /data rw - ext4 /dev/md0 rw\n");
  EXPECT_EQ(fact("is_mounted"), "true");
  EXPECT_EQ(fact("mounts"), R"([{"where": "1", "path": "/data"}])");
}

TEST_F(DisksFacts, TellMountsOfDirectoriesOnlyWhereTheWholeIsNotMounted) {
  const std::string path = add_sas_disk();
  for (const std::string number : {"1", "2"}) {
    file(path + "/sda" + number + "/partition", number + "\n");
    file(path + "/sda" + number + "/dev", "8:" + number + "\n");
    file("/dev/sda" + number, "");
  }
  file("/proc/self/mountinfo",
       "30 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
       "31 1 8:1 /var/lib/a /run/a rw - ext4 /dev/sda1 rw\n"
       "32 1 8:2 /@home /home rw - btrfs /dev/sda2 rw\n");
  EXPECT_EQ(fact("mounts"),
            R"([{"where": "1", "path": "/"}, {"where": "2", "path": "/home"}])");
}

TEST_F(DisksFacts, SeeSwap) {
  const std::string path = add_sas_disk();
  file(path + "/sda2/partition", "2\n");
  file(path + "/sda2/dev", "8:2\n");
  file("/dev/sda2", "");
  file("/sys/class/block/sda2/dev", "8:2\n");
  file("/proc/swaps", "Filename Type Size Used Priority\n/dev/sda2 partition 1 0 -2\n");
  EXPECT_EQ(fact("is_mounted"), "true");
  EXPECT_EQ(fact("mounts"), R"([{"where": "2", "path": "[SWAP]"}])");
}

TEST(OwnFacts, ComeOnlyWhereTheyAreAskedFor) {
  const auto names = [](const std::vector<std::string>& words) {
    std::vector<std::string_view> found;
    for (const Gatherer* one : chosen(words)) found.push_back(one->name);
    return found;
  };
  for (const std::string_view own : {"disks", "parts"}) {
    EXPECT_EQ(std::ranges::count(names({"all"}), own), 0);
    EXPECT_EQ(std::ranges::count(names({}), own), 0);
    EXPECT_EQ(std::ranges::count(names({"all", std::string(own)}), own), 1);
  }
  EXPECT_EQ(names({"!all", "!min", "disks"}), std::vector<std::string_view>{"disks"});
  EXPECT_EQ(names({"!all", "!min", "dimms"}), std::vector<std::string_view>{"parts"});
}

}  // namespace
}  // namespace provisioner::modules::facts

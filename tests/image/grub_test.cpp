// What GRUB is told, and the names of a disk's parts.

#include "provisioner/machine/image/grub.h"

#include <gtest/gtest.h>

namespace provisioner::image {
namespace {

Definition definition(std::vector<std::string> arguments) {
  Definition definition;
  definition.name = "sample";
  definition.kernel_arguments = std::move(arguments);
  return definition;
}

DiskIdentity identity() {
  DiskIdentity identity;
  identity.root_file_system = "UUID";
  return identity;
}

TEST(Grub, BootsTheNewestKernelByTheRootsName) {
  EXPECT_EQ(grub_configuration(definition({"quiet"}), identity()),
            "set timeout=1\n"
            "menuentry 'sample' {\n"
            "  search --no-floppy --fs-uuid --set=root UUID\n"
            "  linux /vmlinuz root=UUID=UUID ro quiet\n"
            "  initrd /initrd.img\n"
            "}\n");
}

TEST(Grub, SpeaksWhereTheKernelSpeaks) {
  EXPECT_THAT(grub_configuration(definition({"console=tty0", "console=ttyS1,57600n8"}), identity()),
              testing::HasSubstr("serial --unit=1 --speed=57600\n"
                                 "terminal_input console serial\n"
                                 "terminal_output console serial\n"));
  EXPECT_THAT(grub_configuration(definition({"console=ttyS0"}), identity()),
              testing::HasSubstr("serial --unit=0 --speed=115200\n"));
}

TEST(DiskIdentity, FollowsFromWhatADiskIsMadeOf) {
  const DiskIdentity one = disk_identity("a"), same = disk_identity("a"), other = disk_identity("b");

  EXPECT_EQ(one.disk, same.disk);
  EXPECT_NE(one.disk, other.disk);
  EXPECT_NE(one.disk, one.root);
  EXPECT_NE(one.root, one.root_file_system);
  EXPECT_EQ(one.disk.size(), 36U);
  EXPECT_EQ(one.disk[14], '8');
  EXPECT_EQ(one.disk[19], 'a');
  EXPECT_EQ(one.esp_volume.size(), 8U);
}

}  // namespace
}  // namespace provisioner::image

// Modules in the order in which a kernel takes them.

#include "provisioner/machine/image/kernel_modules.h"

#include <gtest/gtest.h>

namespace provisioner::image {
namespace {

// As depmod of kmod 30 writes it: what is to be loaded first stands last.
constexpr const char* modules_dep =
    "kernel/drivers/block/virtio_blk.ko: kernel/drivers/virtio/virtio.ko "
    "kernel/drivers/virtio/virtio_ring.ko\n"
    "kernel/drivers/virtio/virtio.ko: kernel/drivers/virtio/virtio_ring.ko\n"
    "kernel/drivers/virtio/virtio_ring.ko:\n"
    "kernel/drivers/char/hw_random/virtio-rng.ko: kernel/drivers/virtio/virtio.ko "
    "kernel/drivers/virtio/virtio_ring.ko\n"
    "kernel/drivers/md/md-mod.ko.xz:\n";

TEST(KernelModules, ComeBehindWhatTheyNeedAndOnce) {
  EXPECT_THAT(modules_in_order(modules_dep, {"virtio_blk", "virtio_ring", "virtio_rng"}),
              testing::ElementsAre("kernel/drivers/virtio/virtio_ring.ko",
                                   "kernel/drivers/virtio/virtio.ko",
                                   "kernel/drivers/block/virtio_blk.ko",
                                   "kernel/drivers/char/hw_random/virtio-rng.ko"));
}

TEST(KernelModules, AreFoundWithDashesAndPacked) {
  EXPECT_THAT(modules_in_order(modules_dep, {"md_mod"}),
              testing::ElementsAre("kernel/drivers/md/md-mod.ko.xz"));
}

TEST(KernelModules, ThatAKernelLacksAreLeftOut) {
  EXPECT_EQ(modules_in_order(modules_dep, {"mpt3sas", "virtio"}).size(), 2U);
  EXPECT_TRUE(modules_in_order("", modules_for_metal()).empty());
}

}  // namespace
}  // namespace provisioner::image

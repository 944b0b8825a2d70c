// Labels of disks.

#include "provisioner/language/inventory/same_disk.h"

#include <gtest/gtest.h>

namespace provisioner::inventory {
namespace {

TEST(AWwn, IsTheSameInEachSpelling) {
  EXPECT_TRUE(is_same_wwn("0x5000C500a1000011", "naa.5000c500a1000011 "));
  EXPECT_FALSE(is_same_wwn("0x5000c500a1000011", "0x5000c500a1000012"));
}

TEST(ALabel, IsRoundedByTwoPercentAtMost) {
  EXPECT_TRUE(is_labelled_size(1'200'243'695'616, 1200));
  EXPECT_TRUE(is_labelled_size(1'224'000'000'000, 1200));
  EXPECT_FALSE(is_labelled_size(1'225'000'000'000, 1200));
  EXPECT_FALSE(is_labelled_size(1'175'000'000'000, 1200));
}

}  // namespace
}  // namespace provisioner::inventory

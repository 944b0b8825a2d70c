// Text of others as a part of a line.

#include "provisioner/base/base/one_line.h"

#include <gtest/gtest.h>

namespace provisioner::base {
namespace {

TEST(OneLine, CannotBeginALineOrAColumnOfItsOwn) {
  EXPECT_EQ(one_line("ext4\nn02  system\tkept\r\n"), "ext4\\nn02  system\\tkept\\x0d\\n");
  EXPECT_EQ(one_line("\u2028\x1b[2K\v"), "\\u{2028}\\x1b[2K\\x0b");
}

TEST(OneLine, IsOtherwiseAsItWas) { EXPECT_EQ(one_line("WFK0A011 é漢"), "WFK0A011 é漢"); }

}  // namespace
}  // namespace provisioner::base

// Differences; the expectations are what difflib.unified_diff answers.

#include "provisioner/front/view/line_diff.h"

#include <gtest/gtest.h>

namespace provisioner::view {
namespace {

TEST(UnifiedDiff, IsEmptyForEqualTexts) { EXPECT_EQ(unified_diff("a\n", "a\n", 3), ""); }

TEST(UnifiedDiff, MarksALastLineWithoutItsNewline) {
  EXPECT_EQ(unified_diff("a\nb", "a\nc\n", 3),
            "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n");
}

TEST(UnifiedDiff, JoinsHunksThatAreSixLinesApart) {
  EXPECT_EQ(unified_diff("x\n1\n2\n3\n4\n5\n6\ny\n", "X\n1\n2\n3\n4\n5\n6\nY\n", 3),
            "@@ -1,8 +1,8 @@\n-x\n+X\n 1\n 2\n 3\n 4\n 5\n 6\n-y\n+Y\n");
}

TEST(UnifiedDiff, MatchesTheLongestBlockFirst) {
  EXPECT_EQ(unified_diff("a\nb\nc\nd\n", "c\nd\na\nb\nc\n", 3),
            "@@ -1,4 +1,5 @@\n+c\n+d\n a\n b\n c\n-d\n");
}

}  // namespace
}  // namespace provisioner::view

// Ranges in names.

#include "provisioner/language/inventory/host_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace provisioner::inventory {
namespace {

using testing::ElementsAre;

std::string range_problem(const std::string& pattern) {
  try {
    expand_ranges(pattern, {});
    return "";
  } catch (const base::Error& error) {
    return error.render();
  }
}

TEST(Ranges, AreNumbersAndLetters) {
  EXPECT_THAT(expand_ranges("n1", {}), ElementsAre("n1"));
  EXPECT_THAT(expand_ranges("n[08:11].x", {}), ElementsAre("n08.x", "n09.x", "n10.x", "n11.x"));
  EXPECT_THAT(expand_ranges("[:10:5]", {}), ElementsAre("0", "5", "10"));
  EXPECT_THAT(expand_ranges("r-[a:e:2]", {}), ElementsAre("r-a", "r-c", "r-e"));
}

TEST(Ranges, Multiply) {
  EXPECT_THAT(expand_ranges("r[a:b]-n[1:2]x", {}),
              ElementsAre("ra-n1x", "ra-n2x", "rb-n1x", "rb-n2x"));
}

TEST(Ranges, GoToTheEndOfNumbers) {
  EXPECT_THAT(expand_ranges("[0:9223372036854775807:9223372036854775807]", {}),
              ElementsAre("0", "9223372036854775807"));
}

TEST(Ranges, AreBounded) {
  const std::string hint = ", at most 1000000 are taken\n"
                           "hint: several ranges multiply: n[1:4][1:5] are 20 names";
  EXPECT_EQ(expand_ranges("n[0:999][0:999]", {}).size(), 1'000'000U);
  EXPECT_EQ(range_problem("n[0:999][0:1000]"),
            "error: 'n[0:999][0:1000]' stands for 1001000 names" + hint);
  EXPECT_EQ(range_problem("n[a:z][a:z][a:z][a:z][a:z]"),
            "error: 'n[a:z][a:z][a:z][a:z][a:z]' stands for 11881376 names" + hint);
  EXPECT_EQ(range_problem("n[0:9223372036854775807][0:9]"),
            "error: 'n[0:9223372036854775807][0:9]' stands for more than 18446744073709551614 "
            "names" + hint);
}

TEST(Ranges, AreWrittenWithAColon) {
  const std::string usual =
      "\nhint: a range is [begin:end] or [begin:end:step], as in n[01:20] or rack-[a:d]";
  EXPECT_EQ(range_problem("n[01-03]-[a:b]"),
            "error: the range in 'n[01-03]-[a:b]' cannot be read: it has no begin and end\n"
            "hint: ranges are written with a colon: n[01:03]-[a:b]");
  EXPECT_EQ(range_problem("n[1,2]"),
            "error: the range in 'n[1,2]' cannot be read: it has no begin and end" + usual);
  EXPECT_EQ(range_problem("n[1:2"),
            "error: the range in 'n[1:2' cannot be read: ']' is missing" + usual);
}

}  // namespace
}  // namespace provisioner::inventory

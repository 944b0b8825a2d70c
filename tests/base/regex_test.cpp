#include "provisioner/base/base/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::base {
namespace {

using testing::HasSubstr;

TEST(Regex, SearchesAndMatchesAtTheStart) {
  EXPECT_TRUE(Regex("b+").search("abbc"));
  EXPECT_FALSE(Regex("b+").match_start("abbc"));
  EXPECT_EQ(Regex("b+").search("abbc")->begin(), 1U);
  EXPECT_EQ(Regex("b+").search("abbc")->end(), 3U);
}

TEST(Regex, KnowsTheGroupsThatTookNoPart) {
  const auto match = Regex("(a)|(b)").search("b");
  EXPECT_EQ(group_text(*match, "b", 1), std::nullopt);
  EXPECT_EQ(group_text(*match, "b", 2), "b");
  EXPECT_EQ(group_text(*match, "b", 7), std::nullopt);
}

TEST(Regex, ReplacesAsPythonDoes) {
  EXPECT_EQ(Regex("(\\w+) (\\w+)").replace("hello world", "\\2 \\1"), "world hello");
  EXPECT_EQ(Regex("(?P<x>l+)").replace("hello", "<\\g<x>>"), "he<ll>o");
  EXPECT_EQ(Regex("x*").replace("axb", "-"), "-a--b-");
  EXPECT_EQ(Regex("a").replace("aaa", "b", 2), "bba");
  EXPECT_EQ(Regex("o").replace("foo", "\\n\\t\\\\"), "f\n\t\\\n\t\\");
  EXPECT_EQ(Regex("é").replace("aéb", "漢"), "a漢b");
}

TEST(Regex, RefusesAReferenceToNoGroup) {
  EXPECT_THROW(Regex("a").replace("a", "\\1"), Error);
  EXPECT_THROW(Regex("a").replace("a", "\\g<x>"), Error);
  EXPECT_THROW(Regex("a").replace("a", "\\g<99999999999999999999999>"), Error);
  EXPECT_THROW(Regex("a").replace("a", "\\q"), Error);
}

TEST(Regex, TakesItsFlags) {
  EXPECT_TRUE(Regex("HELLO", Regex::ignore_case).search("hello"));
  EXPECT_EQ(Regex("^.", Regex::multiline).find_all("a\nb\n").size(), 2U);
  EXPECT_TRUE(Regex("a.b", Regex::dot_all).search("a\nb"));
  EXPECT_FALSE(Regex("a.b").search("a\nb"));
}

TEST(Regex, EndsOnlyWherePythonDoes) {
  EXPECT_TRUE(Regex("a$").search("a\n"));
  EXPECT_FALSE(Regex("a\\Z").search("a\n"));
  EXPECT_TRUE(Regex("a\\Z").search("a"));
}

TEST(Regex, SaysWhatIsWrongWithAPattern) {
  EXPECT_THAT([] { Regex("a("); }, testing::ThrowsMessage<Error>(HasSubstr("'a(' is no regular")));
}

TEST(Regex, GivesUpOnARunawayPattern) {
  const std::string text(40'000, 'a');
  EXPECT_THROW(Regex("(a+)+$|(a|aa)+b").search(text + "c"), Error);
}

TEST(Regex, LooksThroughBytesThatAreNoText) {
  EXPECT_TRUE(
      Regex("b").search("a\xff"
                        "b"));
  EXPECT_EQ(Regex("b").replace("a\xff"
                               "b",
                               "c"),
            "a\xff"
            "c");
}

}  // namespace
}  // namespace provisioner::base

#include "provisioner/base/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"

namespace provisioner::base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Text, SplitsAndJoins) {
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  EXPECT_EQ(join({"a", "b"}, "+"), "a+b");
  EXPECT_THAT(lines_of("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(lines_of(""), IsEmpty());
}

TEST(Text, ReplacesWithoutLookingAtWhatItPutIn) {
  EXPECT_EQ(replace_all("aaa", "a", "aa"), "aaaaaa");
  EXPECT_EQ(replace_all("abc", "", "x"), "abc");
}

TEST(Text, IsAWholeNumberOnlyAsAWhole) {
  EXPECT_EQ(integer_in("42"), 42);
  EXPECT_EQ(integer_in("-7"), -7);
  for (const char* other : {"", "-", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808"})
    EXPECT_EQ(integer_in(other), std::nullopt) << other;
}

TEST(Text, KnowsUtf8Strictly) {
  EXPECT_TRUE(is_utf8("aé漢😀"));
  for (const char* bad : {"\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf5\x80\x80\x80", "\xf4\x90\x80\x80", "a\x80"})
    EXPECT_FALSE(is_utf8(bad)) << hex(bad);
}

TEST(Text, LetsNothingReachATerminalThatCouldChangeIt) {
  EXPECT_EQ(escape_for_terminal("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(escape_for_terminal("\x1b[31m\x07\r"), "\\x1b[31m\\x07\\x0d");
  EXPECT_EQ(escape_for_terminal("\u202eabc\u009b"), "\\u{202e}abc\\x9b");
  EXPECT_EQ(escape_for_terminal("ok\xff\xc3"), "ok\\xff\\xc3");
  EXPECT_EQ(escape_for_terminal("é漢😀"), "é漢😀");
}

TEST(Text, QuotesForAShell) {
  EXPECT_EQ(shell_quote(""), "''");
  EXPECT_EQ(shell_quote("a-b/c.d"), "a-b/c.d");
  EXPECT_EQ(shell_quote("it's $x"), "'it'\"'\"'s $x'");
}

TEST(Text, SplitsAsAShellDoes) {
  EXPECT_THAT(shell_split("a 'b c' \"d \\\" \\n\" e\\ f ''"),
              ElementsAre("a", "b c", "d \" \\n", "e f", ""));
  EXPECT_THAT(shell_split("  "), IsEmpty());
  EXPECT_THROW(shell_split("a 'b"), Error);
  EXPECT_THROW(shell_split("a\\"), Error);
}

TEST(Text, CarriesBytesAsDigitsAndBack) {
  const std::string bytes(
      "\x00\xff"
      "az",
      4);
  EXPECT_EQ(hex(bytes), "00ff617a");
  EXPECT_EQ(unhex("00FF617a"), bytes);
  EXPECT_THROW(unhex("0"), Error);
  EXPECT_THROW(unhex("0g"), Error);
  EXPECT_EQ(base64_encode("a"), "YQ==");
  EXPECT_EQ(base64_encode("abc"), "YWJj");
  EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
  EXPECT_EQ(base64_decode("YW\nJj"), "abc");
  EXPECT_THROW(base64_decode("YQ="), Error);
  EXPECT_THROW(base64_decode("Y?=="), Error);
}

TEST(EditDistance, CountsASwapOnce) {
  EXPECT_EQ(edit_distance("pakcage", "package"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("abc", "abc"), 0U);
}

TEST(EditDistance, NamesOnlyWhatIsNear) {
  const std::vector<std::string> names = {"package", "copy", "service"};
  EXPECT_EQ(suggestion("pakage", names), "did you mean 'package'?");
  EXPECT_EQ(suggestion("zip", names), "");
  EXPECT_EQ(suggestion("", names), "");
}

}  // namespace
}  // namespace provisioner::base

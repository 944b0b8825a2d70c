// Widths, cuts and line breaks.

#include "provisioner/front/view/screen_text.h"

#include <gtest/gtest.h>

namespace provisioner::view {
namespace {

TEST(ShownWidth, CountsCellsAndNotBytes) {
  EXPECT_EQ(shown_width("abc"), 3);
  EXPECT_EQ(shown_width("é"), 1);
  EXPECT_EQ(shown_width("漢字"), 4);
  EXPECT_EQ(shown_width("e\xCC\x81"), 1);  // a combining accent
}

TEST(CutTo, KeepsWhatFitsAndSaysThatSomethingWent) {
  EXPECT_EQ(cut_to("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to("abcdef", 4), "abc…");
  EXPECT_EQ(cut_to("漢字漢字", 4), "漢…");
  EXPECT_EQ(cut_to("abc", 0), "");
}

// The expectations are what Python's textwrap.wrap answers.
TEST(Wrapped, BreaksAtBlanksAndDropsThemThere) {
  EXPECT_EQ(wrapped("one two three", 7), "one two\nthree");
  EXPECT_EQ(wrapped("one  two\tthree\nfour", 40), "one  two        three four");
  EXPECT_EQ(wrapped("", 10), "");
}

TEST(Wrapped, BreaksBehindHyphensOfWords) {
  EXPECT_EQ(wrapped("a well-known fact", 8), "a well-\nknown\nfact");
  EXPECT_EQ(wrapped("see --force-handlers", 12), "see --force-\nhandlers");
  EXPECT_EQ(wrapped("take 1-2 of 3-4", 7), "take\n1-2 of\n3-4");
}

TEST(Wrapped, CutsWordsThatAreLongerThanALine) {
  EXPECT_EQ(wrapped("abcdefghij", 4), "abcd\nefgh\nij");
  EXPECT_EQ(wrapped("x abcdefghij", 4), "x ab\ncdef\nghij");
  EXPECT_EQ(wrapped("abc defghij", 4), "abc \ndefg\nhij");
}

}  // namespace
}  // namespace provisioner::view

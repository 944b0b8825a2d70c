// From the bytes of a console to lines.

#include "provisioner/machine/reimage/console_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/secret.h"

namespace provisioner::reimage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string some_token = "0123456789abcdef0123456789abcdef";

TEST(ConsoleText, IsLinesWithoutControlSequences) {
  ConsoleText text;
  EXPECT_THAT(text.take("\x1b[2J\x1b[01;01H\x1b[0;37mSeaBIOS\x1b[0m 1.16\r\n\r\n\x1b]0;title\x07 ok\n"),
              ElementsAre("SeaBIOS 1.16", "ok"));
}

TEST(ConsoleText, LeavesOutDotsOfSomebodyWhoWaits) {
  ConsoleText text;
  EXPECT_THAT(text.take(">>Start PXE\n..\n. .\nConfiguring...... ok\n"),
              ElementsAre(">>Start PXE", "Configuring...... ok"));
}

TEST(ConsoleText, TakesLinesInPieces) {
  ConsoleText text;
  EXPECT_THAT(text.take("Linux ver\x1b["), IsEmpty());
  EXPECT_THAT(text.take("1msion 6.1\r"), IsEmpty());
  EXPECT_THAT(text.take("\nnext"), ElementsAre("Linux version 6.1"));
}

TEST(ConsoleText, KeepsWhatOverwroteALine) {
  ConsoleText text;
  EXPECT_THAT(text.take("10 %\r20 %\r100 %\r\n"), ElementsAre("100 %"));
}

TEST(ConsoleText, EndsALineWhereTheCursorIsPutElsewhere) {
  ConsoleText text;
  EXPECT_THAT(text.take("first\x1b[5;1Hsecond\x1b[6;1H"), ElementsAre("first", "second"));
}

TEST(ConsoleText, GivesAPromptOnceNothingFollows) {
  ConsoleText text;
  EXPECT_THAT(text.take("error: no such device\r\ngrub rescue> "),
              ElementsAre("error: no such device"));
  EXPECT_EQ(text.take_prompt(), "grub rescue>");
  EXPECT_EQ(text.take_prompt(), std::nullopt);
}

TEST(ConsoleText, HidesTokensOfTheBootService) {
  ConsoleText text;
  EXPECT_THAT(text.take("http://10.78.0.1:8087/boot/" + some_token + "... ok\r\n" +
                        "Command line: provisioner.token=" + some_token + " quiet\r\n" + some_token +
                        "\r\n/files/" + std::string(64, 'a') + "\r\n/boot/efi\r\n"),
              ElementsAre("http://10.78.0.1:8087/boot/***... ok",
                          "Command line: provisioner.token=*** quiet", "***",
                          "/files/" + std::string(64, 'a'), "/boot/efi"));
}

TEST(ConsoleText, ShowsNoHalfOfAToken) {
  ConsoleText text;
  text.take("provisioner.token=0123");
  EXPECT_EQ(text.take_prompt(), std::nullopt);
  EXPECT_THAT(text.take(some_token.substr(4) + " quiet\n"),
              ElementsAre("provisioner.token=*** quiet"));
}

TEST(ConsoleText, HidesSecretsOfThisProcess) {
  const base::Secret password("calvin-of-console");
  ConsoleText text;
  EXPECT_THAT(text.take("ipmitool: calvin-of-console\n"), ElementsAre("ipmitool: ***"));
}

TEST(ConsoleText, IsBoundedAndAlwaysText) {
  ConsoleText text;
  const auto lines = text.take(std::string(100'000, 'x') + "\n\xff\xfe\n\x1b[" +
                               std::string(100'000, '1') + "m!\n");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].size(), 300U);
  EXPECT_EQ(lines[1], "\\xff\\xfe");
  EXPECT_EQ(lines[2], "!");
}

}  // namespace
}  // namespace provisioner::reimage

// What programs of Go say of themselves, and what others that look like them do not.

#include "provisioner/cluster/registry/go_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/registry/small_files.h"

namespace provisioner::registry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::go_information;
using tests::program_with;
using tests::words_of;

constexpr const char* some_modules =
    "path\texample.org/tool/cmd\n"
    "mod\texample.org/tool\t(devel)\t\n"
    "dep\tgithub.com/Masterminds/semver\tv1.5.0+incompatible\th1:x=\n"
    "build\tCGO_ENABLED=0\n";

FoundPackages read_whole(const std::string& file) {
  std::size_t at = 16;
  return read_go_program(file.substr(0, at), [&](std::size_t count) {
    std::string bytes = at < file.size() ? file.substr(at, count) : "";
    at += bytes.size();
    return bytes;
  });
}

TEST(GoProgram, SaysWhatItWasMadeOf) {
  const auto found = read_whole(program_with(go_information("go1.26.8", some_modules)));
  EXPECT_THAT(words_of(found),
              ElementsAre("golang example.org/tool ",
                          "golang github.com/Masterminds/semver v1.5.0+incompatible",
                          "golang stdlib 1.26.8"));
  EXPECT_FALSE(found.is_unread);
}

TEST(GoProgram, SaysWhatStoodInForAModule) {
  const auto found = read_whole(program_with(
      go_information("go1.22.1 X:boringcrypto",
                     "dep\tk8s.io/api\tv0.0.0\n=>\tk8s.io/api\tv0.33.13\th1:x=\n"
                     "dep\tgithub.com/go-acme/lego/v4\tv4.22.2\n=>\t./lego\t(devel)\t\n")));
  EXPECT_THAT(words_of(found),
              ElementsAre("golang k8s.io/api v0.33.13", "golang github.com/go-acme/lego/v4 v4.22.2",
                          "golang stdlib 1.22.1"));
  EXPECT_FALSE(found.is_unread);
}

TEST(GoProgram, SaysWhichLibraryOfADevelopmentItHas) {
  const auto found =
      read_whole(program_with(go_information("devel go1.27-8b15dbd Tue Mar 3", "path\tcmd/go\n")));
  EXPECT_THAT(words_of(found), ElementsAre("golang stdlib 1.27-8b15dbd"));
  EXPECT_FALSE(found.is_unread);
}

TEST(GoProgram, IsReadWhereverInTheFileItSaysSo) {
  const std::string before(3 << 20, '\xff');
  const std::string information = go_information("go1.26.8", some_modules);
  EXPECT_THAT(words_of(read_whole(program_with(before + information + before))),
              testing::SizeIs(3));
  EXPECT_THAT(words_of(read_whole(program_with(before + "x" + information))), IsEmpty());
}

TEST(GoProgram, IsToldFromOneThatLooksForSuch) {
  const std::string words = "\xff Go buildinf:not a Go executable, and more words of a program";
  const auto found = read_whole(program_with(words + std::string(16 - words.size() % 16, ' ') +
                                             go_information("go1.26.8", some_modules)));
  EXPECT_THAT(words_of(found), testing::SizeIs(3));
  EXPECT_FALSE(found.is_unread);
  EXPECT_FALSE(read_whole(program_with(words)).is_unread);
}

TEST(GoProgram, IsUnreadWhereItIsOfAnOlderGo) {
  const std::string pointers(16, '\x10');
  const auto found =
      read_whole(program_with(std::string("\xff Go buildinf:") + '\x08' + '\0' + pointers));
  EXPECT_THAT(found.packages, IsEmpty());
  EXPECT_TRUE(found.is_unread);
}

TEST(GoProgram, IsUnreadWhereItWasMadeWithoutModules) {
  const auto found = read_whole(program_with(go_information("go1.26.8", "")));
  EXPECT_THAT(words_of(found), ElementsAre("golang stdlib 1.26.8"));
  EXPECT_TRUE(found.is_unread);
}

TEST(GoProgram, IsUnreadWhereItIsCut) {
  std::string whole = program_with(go_information("go1.26.8", some_modules));
  whole.resize(whole.size() - 40);
  const auto found = read_whole(whole);
  EXPECT_THAT(words_of(found), ElementsAre("golang stdlib 1.26.8"));
  EXPECT_TRUE(found.is_unread);
}

TEST(GoProgram, IsUnreadWhereNamesAreNone) {
  const auto found = read_whole(program_with(go_information(
      "go1.26.8", "dep\t<script>\tv1\ndep\t" + std::string(1000, 'a') + "\tv1\ndep\tshort\n=>\n")));
  EXPECT_THAT(words_of(found), ElementsAre("golang stdlib 1.26.8"));
  EXPECT_TRUE(found.is_unread);
}

TEST(GoProgram, IsReadToItsEndWhereItIsFullOfBeginnings) {
  std::string beginnings;
  while (beginnings.size() < 6 << 20)
    beginnings += std::string("\xff Go buildinf:") + '\x08' + '\x02';
  const auto found = read_whole(program_with(beginnings));
  EXPECT_THAT(found.packages, IsEmpty());
  EXPECT_FALSE(found.is_unread);
}

TEST(GoProgram, SaysNoMoreThanAProgramWould) {
  std::string modules;
  while (modules.size() < 1 << 20) modules += "dep\ta\tv1\n";
  const std::string information = go_information("go1.26.8", modules);
  const std::string padding(16 - information.size() % 16, '\0');
  const auto found =
      read_whole(program_with(information + padding + information + padding + information));
  EXPECT_LE(found.packages.size(), 100'000U);
  EXPECT_TRUE(found.is_unread);
}

}  // namespace
}  // namespace provisioner::registry

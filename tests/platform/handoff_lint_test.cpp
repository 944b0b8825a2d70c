// Traps of values files as a user asks for them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/cli/spoken.h"

namespace provisioner::platform {
namespace {

using cli::Desk;
using cli::speak;
using cli::Spoken;
using testing::HasSubstr;
using testing::Not;

std::string with_images(int count) {
  std::string text;
  for (int at = 0; at < count; ++at)
    text += "s" + std::to_string(at) + ": {image: {repository: quay.io/x, tag: latest}}\n";
  return text;
}

TEST(HandoffLint, ShowsTheTrapTheLineAndTheWayOut) {
  Desk desk;
  desk.write("values.yaml", "fqdn: rsp.example.org\nimage: alpine\n");
  const Spoken said = speak({"handoff", "lint", "values.yaml"});
  EXPECT_EQ(said.status, 2);
  EXPECT_EQ(
      said.out,
      "values.yaml:2:8: L-14: 'alpine' is another image whenever its maker says so: two nodes "
      "may run two of them\n"
      "    2 | image: alpine\n"
      "      |        ^\n"
      "hint: a tag of a release, or a digest\n\n"
      "1 trap (rules for any chart)\n");
}

TEST(HandoffLint, TakesSeveralFilesForOne) {
  Desk desk;
  desk.write("values.yaml", "image: alpine\n");
  desk.write("site.yaml", "image: alpine:3.20\n");
  const Spoken said = speak({"handoff", "lint", "values.yaml", "site.yaml"});
  EXPECT_EQ(said.status, 0);
  EXPECT_EQ(said.out, "no known trap (rules for any chart)\n");
}

TEST(HandoffLint, KnowsWhichChartsThereAre) {
  Desk desk;
  desk.write("values.yaml", "a: 1\n");
  const Spoken said = speak({"handoff", "lint", "values.yaml", "--chart", "gen4"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: there are no rules for a chart 'gen4'\nhint: did you mean 'gen3'?\n");
}

TEST(HandoffLint, ReadsRegularFilesAlone) {
  Desk desk;
  ASSERT_EQ(::mkfifo("fifo.yaml", 0600), 0);
  const Spoken said = speak({"handoff", "lint", "fifo.yaml"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: 'fifo.yaml' is a FIFO, and must be a regular file\n"
            "hint: name a file, or - for the standard input\n");
  EXPECT_THAT(speak({"handoff", "lint", "/dev/zero"}).errors, HasSubstr("is a device"));
  EXPECT_THAT(speak({"handoff", "lint", desk.path()}).errors, HasSubstr("is a directory"));
}

TEST(HandoffLint, TellsTheFirstOfEachRuleAndHowManyMore) {
  Desk desk;
  desk.write("many.yaml", with_images(3000));
  const Spoken said = speak({"handoff", "lint", "many.yaml"});
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.out, HasSubstr("many.yaml:50:"));
  EXPECT_THAT(said.out, Not(HasSubstr("many.yaml:51:")));
  EXPECT_THAT(said.out,
              HasSubstr("L-14: 2950 more like these\n3000 traps (rules for any chart)\n"));
  EXPECT_THAT(speak({"handoff", "lint", "many.yaml", "--json"}).out,
              HasSubstr("\"more\": {\n        \"L-14\": 2000\n    }"));
}

TEST(HandoffLint, SaysNothingOfMoreWhereAllAreTold) {
  Desk desk;
  desk.write("few.yaml", with_images(3));
  EXPECT_THAT(speak({"handoff", "lint", "few.yaml"}).out, Not(HasSubstr("more like these")));
}

}  // namespace
}  // namespace provisioner::platform

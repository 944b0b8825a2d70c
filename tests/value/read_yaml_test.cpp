#include "provisioner/base/value/read_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/json.h"

namespace provisioner::value {
namespace {

using testing::HasSubstr;

struct Reading {
  Value value;
  std::string error;
  base::Diagnostics diagnostics;
};

Reading read(const std::string& text, const YamlOptions& options = {}) {
  Reading reading;
  try {
    reading.value =
        read_yaml(base::register_source("hosts.yml", text), reading.diagnostics, options);
  } catch (const base::Error& error) {
    reading.error = error.render();
  }
  return reading;
}

std::string json(const std::string& text) { return write_json(read(text).value); }

TEST(ReadYaml, GivesScalarsTheMeaningOfYamlOneDotOne) {
  EXPECT_EQ(json("[yes, No, on, OFF, true, ~, null, Null]"),
            "[true, false, true, false, true, null, null, null]");
  EXPECT_EQ(json("[0644, 0x1F, 0b101, 1_000, 1:30, -1, +2, 08]"),
            "[420, 31, 5, 1000, 90, -1, 2, \"08\"]");
  EXPECT_EQ(json("[1.5, 1., .5, 1e3, 1.0e+3, .inf]"), "[1.5, 1.0, 0.5, \"1e3\", 1000.0, Infinity]");
  EXPECT_EQ(json("['yes', \"1\", 1.2.3, 0o17, y, n]"),
            "[\"yes\", \"1\", \"1.2.3\", \"0o17\", \"y\", \"n\"]");
  EXPECT_EQ(json("[-.5, +.5, -0.5]"), "[\"-.5\", \"+.5\", -0.5]");
  EXPECT_EQ(read("2020-01-02").value.kind(), Kind::date);
}

TEST(ReadYaml, SaysWhereEachValueStands) {
  const Reading reading = read("a: 1\nb:\n  - x\n  - y: z\n");
  EXPECT_EQ(reading.value.find("a")->pos().text(), "hosts.yml:1:4");
  EXPECT_EQ(reading.value.find("b")->list()[1].find("y")->pos().text(), "hosts.yml:4:8");
  EXPECT_EQ(reading.value.dict().begin()->key.pos().text(), "hosts.yml:1:1");
}

TEST(ReadYaml, CountsColumnsInBytesBehindOtherLetters) {
  EXPECT_EQ(read("{ä: b}").value.dict().begin()->value.pos().column, 6U);
}

TEST(ReadYaml, WarnsOfADuplicateKeyAndTakesTheLast) {
  const Reading reading = read("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(reading.value.find("a")->integer(), 3);
  ASSERT_EQ(reading.diagnostics.warnings().size(), 1U);
  EXPECT_EQ(reading.diagnostics.warnings().front().render("warning"),
            "hosts.yml:3:1: warning: the key 'a' stands here a second time, the last one counts\n"
            "    3 | a: 3\n"
            "      | ^\n"
            "hosts.yml:1:1: it stood here before");
}

TEST(ReadYaml, FindsDuplicatesAmongManyKeys) {
  std::string text;
  for (int at = 0; at < 200; ++at) text += "k" + std::to_string(at) + ": 1\n";
  EXPECT_EQ(read(text + "k150: 2\n").diagnostics.warnings().size(), 1U);
}

TEST(ReadYaml, MergesWithTheOwnKeysOnTop) {
  EXPECT_EQ(json("base: &b {k: 1, l: 2}\nmore: &m {k: 9, n: 3}\n"
                 "own: {<<: [*b, *m], l: 5}\n"),
            "{\"base\": {\"k\": 1, \"l\": 2}, \"more\": {\"k\": 9, \"n\": 3}, "
            "\"own\": {\"k\": 1, \"n\": 3, \"l\": 5}}");
}

TEST(ReadYaml, RefusesAMergeOfWhatIsNoDict) {
  EXPECT_THAT(read("a: {<<: [1]}").error, HasSubstr("'<<' merges dicts"));
}

TEST(ReadYaml, SealsVaultsAndDistrustsWhatIsUnsafe) {
  const Reading reading = read(
      "a: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\nb: !unsafe '{{ x }}'\n"
      "c: !unsafe [x, {y: z}]\n");
  EXPECT_TRUE(reading.value.find("a")->is_sealed());
  EXPECT_FALSE(reading.value.find("b")->is_trusted());
  EXPECT_FALSE(reading.value.find("c")->list()[1].find("y")->is_trusted());
}

TEST(ReadYaml, DistrustsAllOfATextThatIsNotOurs) {
  const Reading reading = read("a: [x, {k: y}]", {.trusted = false});
  EXPECT_FALSE(reading.value.find("a")->list()[1].find("k")->is_trusted());
  EXPECT_FALSE(reading.value.find("a")->list()[0].is_trusted());
}

TEST(ReadYaml, RefusesATagItDoesNotKnow) {
  EXPECT_EQ(read("a: !secret x\n").error,
            "hosts.yml:1:4: error: the tag '!secret' is not known here\n"
            "    1 | a: !secret x\n"
            "      |    ^\n"
            "hint: known tags are !vault and !unsafe; a text that begins with '!' must be quoted");
}

TEST(ReadYaml, HelpsWithTheUsualMistakes) {
  EXPECT_EQ(
      read("a: b: c\n").error,
      "hosts.yml:1:5: error: this is not YAML: mapping values are not allowed in this "
      "context\n"
      "    1 | a: b: c\n"
      "      |     ^\n"
      "hint: a value that holds ': ' must be quoted, or the line above is indented otherwise");
  EXPECT_THAT(read("a:\n\t- b\n").error, HasSubstr("indent with spaces, YAML allows no tabs"));
  EXPECT_THAT(read("a: {{ x }}\n").error, HasSubstr("must be quoted: \"{{ name }}\""));
  EXPECT_THAT(read("a: \"x\nb: y\n").error, HasSubstr("the quote that begins here is not closed"));
  EXPECT_THAT(read("a: [1, 2\nb: 3\n").error, HasSubstr("hosts.yml:"));
}

TEST(ReadYaml, EndsAtASignThatMayNotStandThere) {
  for (const char* text : {"--- [a]\n,", "a: 1\n...\n]\n", ",", "--- {}\n}"})
    EXPECT_THAT(read(text).error, HasSubstr("this is not YAML")) << text;
}

TEST(ReadYaml, RefusesBytesThatAreNoText) {
  EXPECT_EQ(read("a: 1\nb: \xff\n").error,
            "hosts.yml:2:1: error: this line is not UTF-8\n"
            "    2 | b: \\xff\n"
            "      | ^");
  EXPECT_THAT(read(std::string("a: \0", 4)).error, HasSubstr("a zero byte stands here"));
  EXPECT_THAT(read("\xff\xfe"
                   "a")
                  .error,
              HasSubstr("UTF-16"));
  EXPECT_THAT(read("a: \xed\xa0\x80").error, HasSubstr("not UTF-8"));
  EXPECT_THAT(read("a: 1\nb: \x01").error, HasSubstr("hosts.yml:2:4: error: a control character"));
}

TEST(ReadYaml, SkipsTheMarkAtTheBeginning) {
  EXPECT_EQ(json("\xEF\xBB\xBF"
                 "a: 1"),
            "{\"a\": 1}");
}

TEST(ReadYaml, BoundsWhatIsNested) {
  const std::string open(70, '['), close(70, ']'), far(100'000, '[');
  EXPECT_THAT(read(open + close).error, HasSubstr("nested deeper than 64"));
  EXPECT_THAT(read(far).error, HasSubstr("nested deeper than 64"));
  std::string block;
  for (int at = 0; at < 5000; ++at)
    block += std::string(static_cast<std::size_t>(at), ' ') + "a:\n";
  EXPECT_NE(read(block).error, "");
}

TEST(ReadYaml, BoundsWhatAliasesBlowUp) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int at = 1; at < 12; ++at) {
    const std::string last = "*a" + std::to_string(at - 1);
    bomb += "a" + std::to_string(at) + ": &a" + std::to_string(at) + " [" + last;
    for (int times = 0; times < 9; ++times) bomb += ", " + last;
    bomb += "]\n";
  }
  EXPECT_THAT(read(bomb).error, HasSubstr("values after aliases are resolved"));
  EXPECT_THAT(read("a: &a [*a]\n").error, HasSubstr("stands inside the value it names"));
}

TEST(ReadYaml, BoundsTheSize) {
  EXPECT_THAT(read(std::string(2 * 1024 * 1024, 'x'), {.max_bytes = 1024 * 1024}).error,
              HasSubstr("larger than 1 MiB"));
}

TEST(ReadYaml, RefusesKeysThatAreNoScalars) {
  EXPECT_THAT(read("? [a, b]\n: 1\n").error, HasSubstr("a key must be a plain value"));
}

TEST(ReadYaml, RefusesASecondDocumentWhereOneIsMeant) {
  EXPECT_THAT(read("a: 1\n---\nb: 2\n").error, HasSubstr("one document is expected here"));
  base::Diagnostics diagnostics;
  EXPECT_EQ(read_yaml_documents(base::register_source("two.yml", "a: 1\n---\nb: 2\n"), diagnostics)
                .size(),
            2U);
}

TEST(ReadYaml, TakesNothingForNone) {
  EXPECT_TRUE(read("").value.is_none());
  EXPECT_TRUE(read("# only a comment\n").value.is_none());
}

}  // namespace
}  // namespace provisioner::value

// Dicts that are read strictly.

#include "provisioner/base/value/strict_dict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::value {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StrictDictTest : public testing::Test {
 protected:
  StrictDict read(const std::string& yaml) {
    said_ = read_yaml(base::register_source("site.yml", yaml), diagnostics_);
    return {&said_, "site", said_, diagnostics_};
  }
  std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const base::Error& error : diagnostics_.errors()) texts.push_back(error.render());
    return texts;
  }

  Value said_;
  base::Diagnostics diagnostics_;
};

TEST_F(StrictDictTest, GivesWhatIsSaidAndElseWhatIsStandard) {
  StrictDict site = read("{a: x, b: true, c: 7, d: [x, y], e: {f: z}, n: }\n");
  EXPECT_EQ(site.text("a"), "x");
  EXPECT_EQ(site.text("missing", "standard"), "standard");
  EXPECT_EQ(site.text("n", "standard"), "standard");
  EXPECT_TRUE(site.boolean("b", false));
  EXPECT_EQ(site.number("c", 1, 9, 0), 7);
  EXPECT_EQ(site.texts("d").size(), 2U);
  EXPECT_EQ(site.below("e").text("f"), "z");
  EXPECT_EQ(site.below("nothing").text("f"), "");
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(StrictDictTest, SaysWhatWasExpectedAndFoundWithItsPlace) {
  StrictDict site = read("{a: [x], b: 3, c: x, d: {}, e: 1.10}\n");
  EXPECT_EQ(site.text("a", "standard"), "standard");
  EXPECT_TRUE(site.boolean("b", true));
  EXPECT_THAT(site.texts("c"), IsEmpty());
  EXPECT_THAT(site.dicts("d"), IsEmpty());
  EXPECT_EQ(site.text("e"), "");
  EXPECT_THAT(told(),
              ElementsAre("site.yml:1:5: error: 'site.a' is a text, found a list\n"
                          "    1 | {a: [x], b: 3, c: x, d: {}, e: 1.10}\n"
                          "      |     ^",
                          HasSubstr("1:13: error: 'site.b' is true or false, found an integer"),
                          HasSubstr("1:19: error: 'site.c' is a list of texts, found a string"),
                          HasSubstr("1:25: error: 'site.d' is a list of dicts, found a dict"),
                          "site.yml:1:32: error: 'site.e' is a text, found a float\n"
                          "    1 | {a: [x], b: 3, c: x, d: {}, e: 1.10}\n"
                          "      |                                ^\n"
                          "hint: in quotes it is a text"));
}

TEST_F(StrictDictTest, KeepsTheItemsOfAListThatAreRight) {
  StrictDict site = read("{a: [x, 3, [], y]}\n");
  EXPECT_EQ(site.texts("a").size(), 2U);
  EXPECT_THAT(
      told(),
      ElementsAre(HasSubstr("1:9: error: 'site.a' is a list of texts, found an integer in it"),
                  HasSubstr("1:12: error: 'site.a' is a list of texts, found a list in it")));
}

TEST_F(StrictDictTest, TellsOneMistakeOnce) {
  StrictDict site = read("{a: [x], b: 3}\n");
  EXPECT_EQ(site.required("a", "x"), "");
  EXPECT_EQ(site.required("a", "x"), "");
  EXPECT_EQ(site.below("b").required("c", "x"), "");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("'site.a' is a text, found a list"),
                                  HasSubstr("'site.b' is a dict, found an integer")));
}

TEST_F(StrictDictTest, SaysWhatIsMissingWithAnExample) {
  StrictDict site = read("{a: ''}\n");
  EXPECT_EQ(site.required("a", "x"), "");
  EXPECT_EQ(site.required("b", "x"), "");
  EXPECT_THAT(told(), ElementsAre("site.yml:1:5: error: 'site.a' is missing\n"
                                  "    1 | {a: ''}\n"
                                  "      |     ^\n"
                                  "hint: a: x",
                                  "site.yml:1:1: error: 'site.b' is missing\n"
                                  "    1 | {a: ''}\n"
                                  "      | ^\n"
                                  "hint: b: x"));
}

TEST_F(StrictDictTest, TakesWholeNumbersAlsoFromTemplates) {
  StrictDict site = read("{a: '168', b: 0, c: x, d: [1], e: 1.5}\n");
  EXPECT_EQ(site.number("a", 1, 200, 7), 168);
  for (const char* key : {"b", "c", "d", "e"}) EXPECT_EQ(site.number(key, 1, 200, 7), 7) << key;
  EXPECT_THAT(told(), ElementsAre(HasSubstr("'site.b' is a number from 1 to 200, found '0'"),
                                  HasSubstr("'site.c' is a number from 1 to 200, found 'x'"),
                                  HasSubstr("'site.d' is a number from 1 to 200, found a list"),
                                  HasSubstr("'site.e' is a number from 1 to 200, found '1.5'")));
}

TEST_F(StrictDictTest, KnowsItsKeys) {
  read("{hostnam: x}\n").know({"hostname"});
  EXPECT_THAT(told(), ElementsAre("site.yml:1:2: error: there is no key 'hostnam' here\n"
                                  "    1 | {hostnam: x}\n"
                                  "      |  ^\n"
                                  "hint: did you mean 'hostname'?"));
}

TEST(CheckForms, LooksAtVariablesThatAreThere) {
  base::Diagnostics diagnostics;
  const Value said = read_yaml(base::register_source("vars.yml", "{a: 3, b: x}\n"), diagnostics);
  check_forms(said.dict(), {{"a", Form::text}, {"b", Form::text}, {"c", Form::text}}, diagnostics);
  ASSERT_EQ(diagnostics.errors().size(), 1U);
  EXPECT_EQ(diagnostics.errors().front().message(), "'a' is a text, found an integer");
}

}  // namespace
}  // namespace provisioner::value

#include "provisioner/base/value/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "provisioner/base/base/error.h"

namespace provisioner::value {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& text) {
  try {
    read_json(text, "facts.json");
  } catch (const base::Error& error) {
    return error.render();
  }
  return {};
}

TEST(WriteJson, WritesNumbersAsPythonDoes) {
  EXPECT_EQ(write_json(Value(List{1.0, 1e16, 1e15, 1e-5, 0.1, -0.0, 1e300, 123456789.125})),
            "[1.0, 1e+16, 1000000000000000.0, 1e-05, 0.1, -0.0, 1e+300, 123456789.125]");
  EXPECT_EQ(write_json(Value(List{std::nan(""), std::numeric_limits<double>::infinity(),
                                  -std::numeric_limits<double>::infinity()})),
            "[NaN, Infinity, -Infinity]");
  EXPECT_EQ(write_json(Value(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
}

TEST(WriteJson, EscapesAsPythonDoes) {
  EXPECT_EQ(write_json(Value("\"\\/\n\t\x01\x7f")), "\"\\\"\\\\/\\n\\t\\u0001\x7f\"");
  EXPECT_EQ(write_json(Value("é漢😀")), "\"\\u00e9\\u6f22\\ud83d\\ude00\"");
  EXPECT_EQ(write_json(Value("é😀"), {.ascii_only = false}), "\"é😀\"");
  EXPECT_EQ(write_json(Value("a\xff")), "\"a\\udcff\"");
}

TEST(WriteJson, KeepsOrderUnlessItIsToSort) {
  const Value dict(Dict{{"b", 1}, {"a", Value(List{1, Value(Dict{})})}});
  EXPECT_EQ(write_json(dict), "{\"b\": 1, \"a\": [1, {}]}");
  EXPECT_EQ(write_json(dict, {.sort_keys = true, .compact = true}), "{\"a\":[1,{}],\"b\":1}");
  EXPECT_EQ(write_json(dict, {.indent = 2}), "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    {}\n  ]\n}");
}

TEST(WriteJson, WritesKeysAsText) {
  Dict dict;
  dict.set(Value(80), "port");
  dict.set(Value(true), "yes");
  dict.set(Value(), "none");
  EXPECT_EQ(write_json(Value(dict)), "{\"80\": \"port\", \"true\": \"yes\", \"null\": \"none\"}");
}

TEST(WriteJson, NeverOpensAVault) {
  EXPECT_EQ(write_json(Value::sealed("$ANSIBLE_VAULT;1.1;AES256\n61")),
            "{\"__ansible_vault\": \"$ANSIBLE_VAULT;1.1;AES256\\n61\"}");
}

TEST(ReadJson, ReadsWhatItWrites) {
  const Value value(Dict{{"n", 1}, {"f", 2.5}, {"t", "é😀\n"}, {"l", Value(List{Value(), true})}});
  EXPECT_EQ(read_json(write_json(value)), value);
}

TEST(ReadJson, TellsIntegersFromReals) {
  EXPECT_TRUE(read_json("1").is_integer());
  EXPECT_TRUE(read_json("1.0").is_real());
  EXPECT_TRUE(read_json("1e3").is_real());
  EXPECT_EQ(read_json("9223372036854775807").integer(), 9223372036854775807);
  EXPECT_EQ(read_json("-9223372036854775809").text(), "-9223372036854775809");
  EXPECT_EQ(read_json("18446744073709551615").text(), "18446744073709551615");
}

TEST(ReadJson, TakesTheLastOfEqualKeys) {
  EXPECT_EQ(write_json(read_json("{\"a\": 1, \"b\": 2, \"a\": 3}")), "{\"a\": 3, \"b\": 2}");
}

TEST(ReadJson, TrustsNothingUnlessItIsTold) {
  EXPECT_FALSE(read_json("{\"a\": [\"{{ x }}\"]}").find("a")->list()[0].is_trusted());
  EXPECT_TRUE(read_json("{\"a\": \"x\"}", "<argument>", true).find("a")->is_trusted());
}

TEST(ReadJson, JoinsPairsOfSurrogates) { EXPECT_EQ(read_json("\"\\ud83d\\ude00\"").text(), "😀"); }

// What write_json makes of bytes that are no text is read back as those bytes.
TEST(ReadJson, ReadsBytesAsTheyAreWritten) {
  for (const std::string text :
       {"a\xff", "\x80\xbf\xc0z", "\xed\xa0\x80", "\xed\xb2\x80", "\xf4\x90\x80\x80", "\xc0\xaf",
        "\\\xff\\udc80", "😀\xff", "\xef\xa2"}) {
    const Value value(Dict{{"t", text}});
    EXPECT_EQ(read_json(write_json(value)), value) << write_json(value);
  }
  EXPECT_EQ(write_json(Value("\xed\xa0\x80")), "\"\\udced\\udca0\\udc80\"");
  EXPECT_EQ(read_json("{\"\\uDCff\": 1}").find("\xff")->integer(), 1);
}

TEST(ReadJson, RefusesHalvesOfPairsThatAreNoByte) {
  for (const char* text : {"\"\\ud800\"", "\"\\udc00\"", "\"\\ud83dx\\ude00\"",
                           "\"\\udc80 \\uf880\"", "\"\\udc80 \\udc7f\""})
    EXPECT_THAT(error_of(text), HasSubstr("this is not JSON")) << text;
}

TEST(ReadJson, SaysWhereItIsWrong) {
  EXPECT_THAT(error_of("{\"a\": 1,\n \"b\": }"),
              HasSubstr("facts.json:2:7: error: this is not JSON"));
  for (const char* text :
       {"", "{", "[1,]", "{\"a\" 1}", "nul", "'a'", "\"\xff\"", "01", "1 2", "{1: 2}"})
    EXPECT_THAT(error_of(text), HasSubstr("this is not JSON")) << text;
}

TEST(ReadJson, BoundsWhatIsNested) {
  const std::string far(1'000'000, '[');
  EXPECT_THAT(error_of(far), HasSubstr("nested deeper than 128"));
  EXPECT_EQ(error_of(std::string(128, '[') + std::string(128, ']')), "");
}

TEST(Cbor, CarriesBytesThatAreNoText) {
  const Value value(
      Dict{{"t", std::string("\xff\x00z", 3)}, {"n", -1}, {"f", 0.5}, {"z", Value()}});
  EXPECT_EQ(read_cbor(write_cbor(value)), value);
}

TEST(Cbor, RefusesWhatIsCutOffOrNested) {
  const std::string bytes = write_cbor(Value(List{1, "text"}));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW(read_cbor(bytes.substr(0, size)), base::Error) << size;
  EXPECT_THROW(read_cbor(std::string(100'000, '\x81')), base::Error);
}

}  // namespace
}  // namespace provisioner::value

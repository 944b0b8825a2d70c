#include "provisioner/language/playbook/split_arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"

namespace provisioner::playbook {
namespace {

struct Case {
  const char* name;
  const char* text;
  bool is_free_form;
  const char* options;
};

class KeyValues : public testing::TestWithParam<Case> {};

TEST_P(KeyValues, AreReadAsAnsibleReadsThem) {
  const value::Dict options =
      parse_key_values(value::Value(GetParam().text), GetParam().is_free_form);
  EXPECT_EQ(value::write_json(value::Value(options)), GetParam().options);
}

// What ansible-core 2.14's parse_kv answers for the same text.
INSTANTIATE_TEST_SUITE_P(
    Cases, KeyValues,
    testing::Values(
        Case{"Words", "src=a dest=b", false, R"({"src": "a", "dest": "b"})"},
        Case{"Quotes", "src='a b' dest=\"c d\"", false, R"({"src": "a b", "dest": "c d"})"},
        Case{"Templates", "x={{ y | d('z w') }} y=1", false,
             R"({"x": "{{ y | d('z w') }}", "y": "1"})"},
        Case{"CommandKeepsItsEquals", "echo a=b creates=/x", true,
             R"({"creates": "/x", "_raw_params": "echo a=b"})"},
        Case{"CommandKeepsItsBlanks", "echo 'a  b'   c", true,
             R"({"_raw_params": "echo 'a  b'   c"})"},
        Case{"CommandKeepsItsLines", "echo a\necho b", true,
             R"({"_raw_params": "echo a\necho b"})"},
        Case{"BackslashJoinsLines", "echo a \\\n  b", true, R"({"_raw_params": "echo a  b"})"},
        Case{"EscapedEquals", "a\\=b", false, R"({"_raw_params": "a=b"})"},
        Case{"Escapes", "msg='a\\tb'", false, R"({"msg": "a\tb"})"},
        Case{"EqualsInValue", "a=b=c", false, R"({"a": "b=c"})"}, Case{"Empty", "", false, "{}"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(KeyValues, RefuseAnOpenQuote) {
  EXPECT_THAT([] { parse_key_values(value::Value("echo \"a"), true); },
              testing::ThrowsMessage<base::Error>(testing::HasSubstr("a quote or")));
}

TEST(KeyValues, RefuseAnOpenBrace) {
  EXPECT_THAT([] { parse_key_values(value::Value("msg={{ a"), false); },
              testing::ThrowsMessage<base::Error>(testing::HasSubstr("a template brace is left open")));
}

}  // namespace
}  // namespace provisioner::playbook

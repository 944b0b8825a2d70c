#include <gmock/gmock.h>

#include "tests/jinja/evaluated.h"

namespace provisioner::jinja {
namespace {

using testing::HasSubstr;

TEST(Bounds, TakesLongChainsThatAreNotDeep) {
  Evaluated scene;
  std::string sum = "{{ 1", text = "{{ 'a'", filters = "{{ 'a'";
  for (int at = 0; at < 500; ++at) {
    sum += " + 1";
    text += " ~ 'a'";
    if (at < 90) filters += " | upper";
  }
  EXPECT_EQ(scene.of(sum + " }}").text(), "501");
  EXPECT_EQ(scene.of(text + " }}").text(), std::string(501, 'a'));
  EXPECT_EQ(scene.of(filters + " }}").text(), "A");
}

TEST(Bounds, EndsMacrosThatCallThemselves) {
  Evaluated scene;
  EXPECT_NE(scene.message("{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}"), "");
  EXPECT_NE(scene.message("{% for i in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}"), "");
}

TEST(Bounds, GivesUpOnPatternsThatNeverEnd) {
  Evaluated scene;
  EXPECT_THAT(scene.message("{{ ('a' * 5000) | regex_search('(a+)+b|(a*)*c|(a|aa)+d') }}"),
              HasSubstr("gave up"));
}

TEST(Bounds, RefusesToCountBeyondItsNumbers) {
  Evaluated scene;
  EXPECT_THAT(scene.message("{{ 9 ** 99 }}"), HasSubstr("64 bits"));
  EXPECT_NE(scene.message("{{ 99999999999999999999 + 1 }}"), "");
}

TEST(Bounds, ShowsNumbersBeyondItsOwnAsTheyAre) {
  Evaluated scene("{serial: 12345678901234567890, wide: 0xffffffffffffffffff}");
  EXPECT_EQ(scene.of("{{ serial }}").text(), "12345678901234567890");
  EXPECT_EQ(scene.of("{{ wide }}").text(), "4722366482869645213695");
  EXPECT_EQ(scene.of("{{ 99999999999999999999 }}").text(), "99999999999999999999");
}

}  // namespace
}  // namespace provisioner::jinja

#include <gmock/gmock.h>

#include "provisioner/base/base/text.h"
#include "provisioner/base/os/files.h"
#include "tests/jinja/evaluated.h"

namespace provisioner::jinja {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::vector<std::string> templates_of(const std::string& file) {
  std::vector<std::string> templates;
  const std::string text = *os::read_file(std::string(PROJECT_DIRECTORY) + "/tests/cases/" + file);
  for (const std::string_view line : base::lines_of(text))
    if (!line.empty() && !line.starts_with("## "))
      templates.push_back(base::replace_all(std::string(line), "\\n", "\n"));
  return templates;
}

// The bounds are a fiftieth here, which ends each of them within a moment; tests/bench/templates
// has the same ones with the real bounds.
TEST(Bounds, EndWhateverHasNone) {
  const Bounds bounds{.steps = 100'000,
                      .memory = 2L * 1024 * 1024,
                      .text = 1024UL * 1024,
                      .items = 20'000,
                      .processor = std::chrono::seconds(1)};
  Evaluated scene("{}", bounds);
  const std::vector<std::string> templates = templates_of("templates/without_bounds.txt");
  EXPECT_THAT(templates, SizeIs(testing::Gt(100)));
  for (const std::string& text : templates) EXPECT_NE(scene.message(text), "") << text;
  EXPECT_EQ(scene.of("{{ range(1000) | sum }}").text(), "499500") << "after all of these";
}

TEST(Bounds, AreSharedByTheVariablesThatAnEvaluationReads) {
  Evaluated scene("{low: '{{ range(1000) | map(\"string\") | join }}', high: '{{ low }}{{ low }}'}",
                  {.steps = 1500});
  EXPECT_THAT(scene.message("{{ high }}"), HasSubstr("after 1500 steps"));
}

TEST(Bounds, AreSharedByTheMacrosOfAFile) {
  Evaluated scene("{}", {.steps = 1000});
  EXPECT_THAT(scene.message("{% macro m() %}{% for i in range(10) %}{{ i }}{% endfor %}{% endmacro "
                            "%}{% for i in range(100) %}{{ m() }}{% endfor %}"),
              HasSubstr("after 1000 steps"));
}

// What an evaluation let go of does not count.
TEST(Bounds, CountWhatIsHeldAtATime) {
  Evaluated scene("{}", {.memory = 1024 * 1024});
  EXPECT_EQ(scene.of("{% for i in range(100) %}{% set t = 'x' * 100000 %}{% endfor %}x").text(),
            "x");
  EXPECT_THAT(scene.message("{% set l = [] %}{% for i in range(100) %}{% set _ = l.append('x' * "
                            "100000 ~ i) %}{% endfor %}x"),
              HasSubstr("larger than its bounds allow"));
}

TEST(Bounds, LetLargeListsBeWorkedOn) {
  Evaluated scene;
  const std::string many = "range(20000)";
  EXPECT_EQ(scene.of("{{ " + many + " | map('string') | unique | length }}").text(), "20000");
  EXPECT_EQ(scene.of("{{ " + many + " | union(range(10000, 30000)) | length }}").text(), "30000");
  EXPECT_EQ(scene.of("{{ " + many + " | difference(range(10000, 30000)) | length }}").text(),
            "10000");
  EXPECT_EQ(scene.of("{{ " + many + " | intersect(range(10000, 30000)) | length }}").text(),
            "10000");
  EXPECT_EQ(
      scene.of("{{ " + many + " | symmetric_difference(range(10000, 30000)) | length }}").text(),
      "20000");
  EXPECT_EQ(scene.of("{{ " + many + " is subset(" + many + ") }}").boolean(), true);
  EXPECT_EQ(scene.of("{{ dict(" + many + " | zip(" + many + "))[17] }}").text(), "17");
  EXPECT_EQ(scene.of("{{ " + many + " | zip(" + many + ") | groupby(0) | length }}").text(),
            "20000");
  EXPECT_EQ(scene.of("{{ (" + many + " | list)[::-1] | sort | first }}").text(), "0");
  EXPECT_EQ(scene.of("{{ ('ab' * 100000) | regex_replace('a', 'cc') | length }}").text(), "300000");
  EXPECT_EQ(scene.of("{{ ('é' * 2000)[-2:] ~ ('xy' * 2000000)[1:3] }}").text(), "ééyx");
}

TEST(Bounds, LetAListHoldItselfWhileNobodyLooks) {
  Evaluated scene;
  EXPECT_EQ(scene.of("{% set l = [1] %}{% set _ = l.append(l) %}{{ l | length }}").text(), "2");
  EXPECT_EQ(scene.of("{% set l = [1] %}{% set _ = l.append(l) %}{{ l[1][1][1][0] }}").text(), "1");
  EXPECT_EQ(scene.of("{% set l = [1] %}{% set _ = l.append(l) %}{{ l == l }}").boolean(), true);
}

// Outside in and inside out: letting go of them takes no more stack than of a short one.
TEST(Bounds, LetGoOfLongChains) {
  Evaluated scene;
  const std::string many_times = "{% for i in range(50000) %}";
  EXPECT_EQ(scene
                .of("{% set ns = namespace(l=[]) %}" + many_times +
                    "{% set ns.l = [ns.l] %}{% endfor %}x")
                .text(),
            "x");
  EXPECT_EQ(scene
                .of("{% set ns = namespace(l={}) %}" + many_times +
                    "{% set ns.l = {'a': ns.l} %}{% endfor %}{% set ns.l = 1 %}x")
                .text(),
            "x");
  EXPECT_EQ(scene
                .of("{% set r = [] %}{% set ns = namespace(l=r) %}" + many_times +
                    "{% set n = [] %}{% set _ = ns.l.append(n) %}{% set ns.l = n %}{% endfor %}x")
                .text(),
            "x");
}

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

TEST(Bounds, RefuseExpressionsThatAreTooLong) {
  Evaluated scene;
  const std::pair<const char*, const char*> chains[] = {
      {"1", " + 1"}, {"1", " ~ 1"}, {"1", " and 1"},      {"'a'", " | upper"}, {"a", ".a"},
      {"a", "[0]"},  {"a", "()"},   {"1", " is defined"}, {"1", " ** 1"},      {"a", " or a"}};
  for (const auto& [first, more] : chains) {
    std::string text = first;
    for (int at = 0; at < 20'000; ++at) text += more;
    EXPECT_THAT(scene.message("{{ " + text + " }}"), HasSubstr("too long")) << more;
    EXPECT_NE(scene.message("{{ " + text + " ] }}"), "") << more;
  }
}

TEST(Bounds, RefuseWhatIsNestedWithoutEnd) {
  Evaluated scene;
  for (const auto& [open, close] :
       {std::pair("(", ")"), std::pair("[", "]"), std::pair("{'a':", "}"), std::pair("not ", ""),
        std::pair("-", ""), std::pair("f(", ")"), std::pair("a if b else ", "")}) {
    std::string text = "1";
    for (int at = 0; at < 1000; ++at) text = open + text + close;
    EXPECT_THAT(scene.message("{{ " + text + " }}"), HasSubstr("nested deeper than")) << open;
  }
  std::string blocks;
  for (int at = 0; at < 20'000; ++at) blocks += "{% if 1 %}";
  EXPECT_THAT(scene.message(blocks), HasSubstr("nested deeper than"));
}

// Each names the next.
TEST(Bounds, RefuseLongChainsOfVariables) {
  std::string variables;
  for (int at = 0; at < 20'000; ++at)
    variables += "v" + std::to_string(at) + ": '{{ v" + std::to_string(at + 1) + " }}x'\n";
  Evaluated scene(variables + "v20000: 1\n");
  EXPECT_NE(scene.message("{{ v0 }}"), "");
}

TEST(Bounds, GiveUpOnPatternsThatNeverEnd) {
  Evaluated scene;
  EXPECT_THAT(scene.message("{{ ('a' * 5000) | regex_search('(a+)+b|(a*)*c|(a|aa)+d') }}"),
              HasSubstr("gave up"));
}

TEST(Bounds, RefuseToCountBeyondTheirNumbers) {
  Evaluated scene;
  EXPECT_THAT(scene.message("{{ 9 ** 99 }}"), HasSubstr("64 bits"));
  EXPECT_NE(scene.message("{{ 99999999999999999999 + 1 }}"), "");
  EXPECT_EQ(scene.of("{{ 1 ** 999999999999 + (-1) ** 999999999999 }}").text(), "0");
}

TEST(Bounds, ShowsNumbersBeyondItsOwnAsTheyAre) {
  Evaluated scene("{serial: 12345678901234567890, wide: 0xffffffffffffffffff}");
  EXPECT_EQ(scene.of("{{ serial }}").text(), "12345678901234567890");
  EXPECT_EQ(scene.of("{{ wide }}").text(), "4722366482869645213695");
  EXPECT_EQ(scene.of("{{ 99999999999999999999 }}").text(), "99999999999999999999");
}

}  // namespace
}  // namespace provisioner::jinja

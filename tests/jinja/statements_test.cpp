#include "tests/jinja/evaluated.h"

namespace provisioner::jinja {
namespace {

TEST(Statements, KeepAliasesOfContainers) {
  Evaluated scene("{l: [1]}");
  EXPECT_EQ(scene.json("{% set a = [] %}{% set b = a %}{{ b.append(1) }}{{ a }}"), "[1]");
  EXPECT_EQ(scene.json("{% set d = {'k': []} %}{% set _ = d.k.append(2) %}{{ d }}"),
            "{\"k\": [2]}");
}

TEST(Statements, LeaveTheVariablesThemselvesAsTheyWere) {
  Evaluated scene("{l: [1]}");
  scene.of("{{ l.append(2) }}");
  EXPECT_EQ(scene.json("{{ l }}"), "[1]");
}

TEST(Statements, LetALoopSeeButNotChangeWhatIsOutside) {
  Evaluated scene;
  EXPECT_EQ(scene.of("{% set x = 1 %}{% for i in [2] %}{% set x = i %}{% endfor %}{{ x }}").text(),
            "1");
  EXPECT_EQ(scene
                .of("{% set ns = namespace(x=1) %}{% for i in [2] %}{% set ns.x = i %}"
                    "{% endfor %}{{ ns.x }}")
                .text(),
            "2");
}

TEST(Statements, RenderFilesWithTheirNewlines) {
  Evaluated scene("{l: [a, b]}");
  EXPECT_EQ(scene.rendered("{% for i in l %}\n- {{ i }}\n{% endfor %}\nend\n"), "- a\n- b\nend\n");
  EXPECT_EQ(scene.rendered("no newline"), "no newline");
  EXPECT_EQ(scene.rendered("two\n\n"), "two\n\n");
}

TEST(Statements, TakeConditionsAsBooleansTextsAndLists) {
  Evaluated scene("{n: 3}");
  EXPECT_TRUE(scene.condition("n == 3"));
  EXPECT_TRUE(scene.condition("{{ n }} == 3"));
  EXPECT_FALSE(scene.templar().condition(
      value::Value(value::List{value::Value("n == 3"), value::Value(false)}), scene.scope()));
  EXPECT_TRUE(scene.templar().condition(value::Value(), scene.scope()));
}

}  // namespace
}  // namespace provisioner::jinja

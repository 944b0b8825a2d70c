#include "tests/jinja/evaluated.h"

namespace provisioner::jinja {
namespace {

TEST(ErrorPlaces, PointsAtTheTokenThatIsWrong) {
  Evaluated scene;
  EXPECT_EQ(scene.error("{{ name | }}"),
            "site.yml:2:18: error: template error: expected a name, got end of print statement\n"
            "    2 |   msg: {{ name | }}\n"
            "      |                  ^");
}

TEST(ErrorPlaces, PointsAtTheVariableThatIsNotThere) {
  Evaluated scene("{greeting: hi}");
  EXPECT_EQ(scene.error("{{ greetin }}"),
            "site.yml:2:11: error: 'greetin' is undefined\n"
            "    2 |   msg: {{ greetin }}\n"
            "      |           ^\n"
            "hint: did you mean 'greeting'?");
}

TEST(ErrorPlaces, PointsIntoTheLineOfAFile) {
  Evaluated scene;
  try {
    scene.rendered("one\n{% if x %}\ntwo {{ nope }}\n{% endif %}\n");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(),
              "motd.j2:2:7: error: 'x' is undefined\n"
              "    2 | {% if x %}\n"
              "      |       ^");
  }
}

TEST(ErrorPlaces, TellsOfAnUnknownFilterWithTheNearestName) {
  Evaluated scene;
  base::Diagnostics diagnostics;
  scene.templar().check(Evaluated::written("{{ 'a' | uper }}"), false, diagnostics);
  ASSERT_EQ(diagnostics.errors().size(), 1U);
  EXPECT_EQ(diagnostics.errors().front().render(),
            "site.yml:2:17: error: there is no filter 'uper'\n"
            "    2 |   msg: {{ 'a' | uper }}\n"
            "      |                 ^\n"
            "hint: did you mean 'upper'?");
}

TEST(ErrorPlaces, TellsWhichBlockIsNotClosed) {
  Evaluated scene;
  EXPECT_EQ(
      scene.error("{% if true %}x"),
      "site.yml:2:21: error: template error: Unexpected end of template. Jinja was looking for "
      "the following tags: 'elif' or 'else' or 'endif'\n"
      "    2 |   msg: {% if true %}x\n"
      "      |                     ^");
}

TEST(ErrorPlaces, CollectsAllThatIsWrongInAValue) {
  Evaluated scene;
  base::Diagnostics diagnostics;
  scene.templar().check(
      value::Value(value::List{Evaluated::written("{{ a | nope }}"),
                               Evaluated::written("{{ b c }}"), Evaluated::written("{{ fine }}")}),
      false, diagnostics);
  EXPECT_EQ(diagnostics.errors().size(), 2U);
}

}  // namespace
}  // namespace provisioner::jinja

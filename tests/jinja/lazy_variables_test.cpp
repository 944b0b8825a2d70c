#include <gmock/gmock.h>

#include "tests/jinja/evaluated.h"

namespace provisioner::jinja {
namespace {

using value::Value;

TEST(LazyVariables, ResolvesOnlyWhatIsRead) {
  Evaluated scene("{used: '{{ 1 + 1 }}', broken: '{{ nope | nosuch }}'}");
  EXPECT_EQ(scene.of("{{ used }}").text(), "2");
  EXPECT_EQ(scene.scope().reads("broken"), 0);
}

TEST(LazyVariables, DoesNotReadTheSideOfAConditionThatIsNotTaken) {
  Evaluated scene("{broken: '{{ nope }}'}");
  EXPECT_EQ(scene.of("{{ 'a' if true else broken }}").text(), "a");
  EXPECT_TRUE(scene.condition("true or broken"));
  EXPECT_FALSE(scene.condition("false and broken"));
}

TEST(LazyVariables, FollowsChains) {
  Evaluated scene("{a: '{{ b }}!', b: '{{ c }}?', c: end}");
  EXPECT_EQ(scene.of("{{ a }}").text(), "end?!");
}

TEST(LazyVariables, TakesADefaultForWhatIsBuiltOnSomethingUndefined) {
  Evaluated scene("{a: '{{ nope }}'}");
  EXPECT_EQ(scene.of("{{ a | default('x') }}").text(), "x");
  EXPECT_FALSE(scene.condition("a is defined"));
}

TEST(LazyVariables, TellsWhenAVariableIsMadeOfItself) {
  Evaluated scene("{a: '{{ b }}', b: '{{ a }}'}");
  EXPECT_THAT(scene.message("{{ a }}"), testing::HasSubstr("recursive loop"));
}

TEST(LazyVariables, KeepTheTypesOfALoneExpression) {
  Evaluated scene("{n: 3, l: [1, '2'], d: {k: true}, t: '[1, 2]', s: '7'}");
  EXPECT_EQ(scene.json("{{ n }}"), "3");
  EXPECT_EQ(scene.json("{{ l }}"), "[1, \"2\"]");
  EXPECT_EQ(scene.json("{{ d }}"), "{\"k\": true}");
  EXPECT_EQ(scene.json("{{ n + 1 }}"), "\"4\"");
  EXPECT_EQ(scene.json("{{ t }}"), "[1, 2]");
  EXPECT_EQ(scene.json("{{ s }}"), "\"7\"");
}

TEST(LazyVariables, NamesWhatATemplateReads) {
  Evaluated scene;
  EXPECT_THAT(
      scene.templar().variables_in(
          Value("{% for i in hosts %}{{ i }}{{ port | default(other) }}{% endfor %}"), false),
      testing::IsSupersetOf({"hosts", "port", "other"}));
}

}  // namespace
}  // namespace provisioner::jinja

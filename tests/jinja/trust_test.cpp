#include <gmock/gmock.h>

#include "tests/jinja/evaluated.h"

namespace provisioner::jinja {
namespace {

using value::Dict;
using value::List;
using value::Value;

// What a node said, with a template in it.
Value remote() { return Value("{{ 1 + 1 }}").untrusted(); }

Evaluated with_remote() {
  return Evaluated(Value(Dict{{"said", remote()},
                              {"result", Value(Dict{{"stdout", "{{ 1 + 1 }}"}}).untrusted()},
                              {"lines", Value(List{remote()}).untrusted()},
                              {"mine", "{{ said }}"},
                              {"kept", Value(Dict{{"inner", "{{ said }}"}})}}),
                   0);
}

TEST(Trust, LeavesTextOfANodeAsItIs) {
  Evaluated scene = with_remote();
  EXPECT_EQ(scene.of("{{ said }}").text(), "{{ 1 + 1 }}");
  EXPECT_EQ(scene.of("{{ result.stdout }}").text(), "{{ 1 + 1 }}");
}

TEST(Trust, IsLostByWhatIsJoinedToIt) {
  Evaluated scene = with_remote();
  const Value joined = scene.of("before {{ said }} after");
  EXPECT_EQ(joined.text(), "before {{ 1 + 1 }} after");
  EXPECT_FALSE(joined.is_trusted());
  EXPECT_FALSE(scene.of("{{ 'a' ~ said }}").is_trusted());
  EXPECT_FALSE(scene.of("{{ said | upper }}").is_trusted());
}

TEST(Trust, IsLostInLoopsMacrosAndContainers) {
  Evaluated scene = with_remote();
  EXPECT_FALSE(scene.of("{% for l in lines %}{{ l }}{% endfor %}").is_trusted());
  EXPECT_FALSE(scene.of("{% macro m(x) %}{{ x }}{% endmacro %}{{ m(said) }}").is_trusted());
  EXPECT_FALSE(scene.of("{{ [said] }}").is_trusted());
  EXPECT_FALSE(scene.of("{{ {'k': said} }}").find("k")->is_trusted());
}

TEST(Trust, HoldsWhenAResultIsEvaluatedASecondTime) {
  Evaluated scene = with_remote();
  const Value once = scene.of("{{ mine }}!");
  EXPECT_EQ(scene.of(once).text(), "{{ 1 + 1 }}!");
  const Value kept = scene.of(Value(Dict{{"fact", scene.of("{{ kept.inner }}")}}));
  EXPECT_EQ(kept.find("fact")->text(), "{{ 1 + 1 }}");
}

TEST(Trust, IsNotLostByTextOfTheUser) {
  Evaluated scene = with_remote();
  EXPECT_TRUE(scene.of("{{ 'a' ~ 1 }}").is_trusted());
}

TEST(Trust, LetsNoConditionOfANodeLookUpAnything) {
  Evaluated scene(Value(Dict{{"said", Value("lookup('pipe', 'id')").untrusted()}}), 0);
  EXPECT_THROW(scene.condition("{{ said }}"), base::Error);
}

TEST(Trust, DoesNotReadTextOfANodeAsData) {
  Evaluated scene(Value(Dict{{"said", Value("[1, 2]").untrusted()}}), 0);
  EXPECT_EQ(scene.of("{{ said }}").text(), "[1, 2]");
}

TEST(Sealed, StaysSealedUntilItIsRead) {
  Evaluated scene(Value(Dict{{"password", Value::sealed("vault:hunter2")},
                             {"plain", "x"},
                             {"account", Value(Dict{{"password", Value::sealed("vault:deep")}})}}),
                  0);
  EXPECT_EQ(scene.of("{{ plain }}").text(), "x");
  EXPECT_EQ(scene.surroundings().opened(), 0);
  EXPECT_EQ(scene.of("{{ password }}").text(), "hunter2");
  EXPECT_EQ(scene.surroundings().opened(), 1);
  EXPECT_EQ(scene.of("{{ account.password }}").text(), "deep");
}

TEST(Sealed, HoldsNoTemplates) {
  Evaluated scene(Value(Dict{{"password", Value::sealed("vault:{{ plain }}")}, {"plain", "x"}}), 0);
  EXPECT_EQ(scene.of("{{ password }}").text(), "{{ plain }}");
}

}  // namespace
}  // namespace provisioner::jinja

#include "tests/jinja/evaluated.h"

namespace provisioner::jinja {
namespace {

class Sandbox : public testing::TestWithParam<const char*> {};

TEST_P(Sandbox, RefusesTheWayOut) {
  Evaluated scene("{t: text, l: [1], d: {a: 1}}");
  EXPECT_NE(scene.message(GetParam()), "") << scene.json(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Ways, Sandbox,
    testing::Values("{{ ''.__class__ }}", "{{ ''['__class__'] }}", "{{ t.__class__.mro() }}",
                    "{{ t | attr('__class__') }}", "{{ l.__class__.__mro__ }}",
                    "{{ d.__init__.__globals__ }}", "{{ range.__self__ }}",
                    "{{ lookup.__globals__ }}", "{{ self.__init__ }}",
                    "{{ (1).__class__.__base__.__subclasses__() }}", "{{ t.format.__func__ }}",
                    "{{ '{0.__class__}'.format(t) }}", "{{ '{0.__class__.mro}'.format(l) }}",
                    "{{ cycler.__init__ }}", "{{ namespace.__init__.__globals__ }}",
                    "{{ joiner.__class__ }}", "{{ [1].__class__.__subclasses__()[0] }}",
                    "{% import 'os' as os %}{{ os }}", "{{ config.from_object('os') }}",
                    "{{ request }}", "{{ ['__class__'] | map('attr', t) | list }}",
                    "{{ [t] | map(attribute='__class__') | list }}"));

TEST(Sandbox, KeepsTheWordsOfPlainData) {
  Evaluated scene("{d: {__class__: mine, mro: 2}}");
  EXPECT_EQ(scene.of("{{ d['__class__'] }}{{ d.mro }}").text(), "mine2");
}

}  // namespace
}  // namespace provisioner::jinja

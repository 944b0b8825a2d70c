// YAML that two readers understand alike.

#include "provisioner/platform/handoff/yaml_text.h"

#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::handoff {
namespace {

using value::Dict;
using value::List;
using value::Value;

TEST(YamlText, PutsWhatIsShortOnOneLineAndKeepsTheOrder) {
  const Value value(Dict{{"kind", "Namespace"},
                         {"metadata", Dict{{"name", "gen3"}, {"labels", Dict{{"role", "gen3"}}}}},
                         {"empty", List()}});
  EXPECT_EQ(yaml_text(value),
            "kind: Namespace\nmetadata: {name: gen3, labels: {role: gen3}}\nempty: []\n");
}

TEST(YamlText, QuotesWhateverAReaderCouldTakeForSomethingElse) {
  const List words{"yes", "NO",   "1e3",  "0o10",     "2026.08", "null",
                   "",    "a: b", "# no", "10.0.0.1", "{{X}}"};
  const std::string text = yaml_text(Value(Dict{{"words", words}}));
  EXPECT_EQ(text,
            "words: [\"yes\", \"NO\", \"1e3\", \"0o10\", \"2026.08\", \"null\", \"\", \"a: b\", "
            "\"# no\", \"10.0.0.1\", \"{{X}}\"]\n");
}

TEST(YamlText, LeavesTextsOfSeveralLinesAsTheyAre) {
  EXPECT_EQ(yaml_text(Value(Dict{{"ca.crt", "-----BEGIN\nMII\n\nEND\n"}, {"cut", "a\nb"}})),
            "ca.crt: |\n  -----BEGIN\n  MII\n\n  END\ncut: |-\n  a\n  b\n");
}

TEST(YamlText, IsReadBackAsTheSame) {
  const Value value(Dict{
      {"list", List{Value(Dict{{"name", "a"}, {"text", "x\ny\n"}}), Value(List{1, 2.5, true})}},
      {"odd", " leads\nwith a blank"},
      {"tab", "a\tb\n"},
      {"deep", Dict{{"er", Dict{{"and", Dict{{"deeper", Dict{{"still", Value()}}}}}}}}}});
  EXPECT_EQ(value::read_yaml_text(yaml_text(value), "text").front(), value);
}

TEST(YamlDocuments, StandApartBelowAComment) {
  EXPECT_EQ(yaml_documents("Two.", {Value(Dict{{"a", 1}}), Value(Dict{{"b", 2}})}),
            "# Two.\na: 1\n---\nb: 2\n");
}

}  // namespace
}  // namespace provisioner::handoff

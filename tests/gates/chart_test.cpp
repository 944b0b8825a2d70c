#include "provisioner/platform/gates/chart.h"

#include <gtest/gtest.h>

namespace provisioner::gates {
namespace {

using value::Dict;
using value::List;
using value::Value;

ChartRenderings renderings(const std::string& first, const std::string& second) {
  return {.chart = "gen3 0.3.90", .failure = {}, .first = first, .second = second};
}

const std::string secret = "---\nkind: Secret\nmetadata: {name: certs}\ndata: {tls.key: AAAA}\n",
                  other = "---\nkind: Secret\nmetadata: {name: certs}\ndata: {tls.key: BBBB}\n",
                  service = "---\nkind: Service\nmetadata: {name: web, namespace: gen3}\n";

Verdict judged(const ChartRenderings& what) { return judge_lines({.lines = lines_of(what)}); }

TEST(ChartGate, PassesEqualRenderings) {
  const Verdict verdict = judged(renderings(secret + service, service + secret));
  EXPECT_EQ(verdict.result, Result::passed) << verdict.text;
}

TEST(ChartGate, NamesWhatHelmMakesUpAnew) {
  EXPECT_EQ(judged(renderings(secret + service, other + service)).text,
            "two renderings of gen3 0.3.90 differ in Secret certs at /data/tls.key: its deployer "
            "would see a difference for ever");
}

TEST(ChartGate, CountsPlacesAndWritesThemAsPointers) {
  const std::string a =
      "kind: Deployment\nmetadata: {name: web, namespace: gen3}\nspec: {l: [1, {a/b~c: 1}], x: "
      "1}\n";
  const std::string b =
      "kind: Deployment\nmetadata: {name: web, namespace: gen3}\nspec: {l: [1, {a/b~c: 2}], y: "
      "1}\n";
  EXPECT_EQ(judged(renderings(a, b)).text,
            "two renderings of gen3 0.3.90 differ in Deployment gen3/web at /spec/l/1/a~1b~0c and "
            "2 more places: its deployer would see a difference for ever");
}

TEST(ChartGate, OverlooksWhatItsDeployerOverlooks) {
  ChartRenderings what = renderings(secret, other);
  const auto ignoring = [](const char* name, const char* pointer) {
    return Value(List{Dict{{"kind", "Secret"}, {"name", name}, {"jsonPointers", List{pointer}}}});
  };
  what.ignored = ignoring("certs", "/data");
  EXPECT_EQ(judged(what).result, Result::passed);
  what.ignored = ignoring("other", "/data");
  EXPECT_EQ(judged(what).result, Result::failed);
  what.ignored = ignoring("certs", "/dat");
  EXPECT_EQ(judged(what).result, Result::failed);
}

TEST(ChartGate, TakesTextsOfASecretForItsData) {
  ChartRenderings what =
      renderings("kind: Secret\nmetadata: {name: certs}\nstringData: {key: a}\n",
                 "kind: Secret\nmetadata: {name: certs}\nstringData: {key: b}\n");
  what.ignored =
      Value(List{Dict{{"kind", "Secret"}, {"name", "certs"}, {"jsonPointers", List{"/data"}}}});
  EXPECT_EQ(judged(what).result, Result::passed);
}

TEST(ChartGate, FindsNamesThatAreMadeUp) {
  EXPECT_EQ(judged(renderings(service, secret)).text,
            "the second rendering of gen3 0.3.90 has no Service gen3/web: its name is made up anew "
            "each time");
}

TEST(ChartGate, FailsWhereNothingOrNoYamlIsRendered) {
  ChartRenderings what = renderings("", "");
  EXPECT_EQ(judged(what).text, "gen3 0.3.90 renders nothing");
  what.failure = "template: gen3/x.yaml:3: nil pointer";
  EXPECT_EQ(judged(what).text,
            "gen3 0.3.90 cannot be rendered: template: gen3/x.yaml:3: nil pointer");
  EXPECT_TRUE(
      judged(renderings("a: [", "a: [")).text.starts_with("gen3 0.3.90 renders what is no YAML: "));
}

}  // namespace
}  // namespace provisioner::gates

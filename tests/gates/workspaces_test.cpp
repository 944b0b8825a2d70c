// Where Gen3's workspaces will be, by the declaration of access.

#include <gtest/gtest.h>

#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using access::Peer;
using Texts = std::vector<std::string>;

const Trial by_the_bundle = {
    .lines = {{.kind = Line::Kind::fact, .what = "gen3", .why = "gen3"},
              {.kind = Line::Kind::fact, .what = "workspaces", .why = "jupyter-pods-gen3"},
              {.kind = Line::Kind::right, .what = "nodes for workspaces: n06"}}};

// With workspaces in `name`, and flows both ways.
Surroundings declared(const std::string& name) {
  Surroundings about;
  about.access.namespaces = {{.name = "gen3", .flows_from = {{Peer::Kind::declared, name}}},
                             {.name = name, .flows_from = {{Peer::Kind::declared, "gen3"}}}};
  return about;
}

TEST(WorkspacesGate, PassesWhereTheirNamespaceIsDeclaredAndReached) {
  const Verdict verdict = judge_workspaces(by_the_bundle, declared("jupyter-pods-gen3"));
  EXPECT_EQ(verdict.result, Result::passed) << verdict.text;
}

TEST(WorkspacesGate, NamesANamespaceThatTheChartUsesAndNobodyDeclares) {
  const Verdict verdict = judge_workspaces(by_the_bundle, declared("jupyter-pods"));
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.text,
            "the chart starts workspaces in 'jupyter-pods-gen3', which 'access' does not declare: "
            "no quota, limits or flows hold there");
  EXPECT_EQ(verdict.hint,
            "access: namespaces: {jupyter-pods-gen3: {flows_from: [gen3], quota: {pods: 100}}}");
}

TEST(WorkspacesGate, NamesEachWayThatIsShut) {
  Surroundings about = declared("jupyter-pods-gen3");
  about.access.namespaces[0].flows_from.clear();
  about.access.namespaces[1].flows_from.clear();
  EXPECT_EQ(judge_workspaces(by_the_bundle, about).details,
            (Texts{"the way to workspaces: nothing passes from pods of 'gen3' to pods of "
                   "'jupyter-pods-gen3'",
                   "the way back from workspaces: nothing passes from pods of 'jupyter-pods-gen3' "
                   "to pods of 'gen3'"}));
}

TEST(WorkspacesGate, TakesAllPodsForThemToo) {
  Surroundings about = declared("jupyter-pods-gen3");
  about.access.namespaces[0].flows_from = {{Peer::Kind::pods}};
  EXPECT_EQ(judge_workspaces(by_the_bundle, about).result, Result::passed);
}

TEST(WorkspacesGate, IsNotRunWithoutGen3) {
  const Trial trial = {.lines = {lacking("the inventory says nothing of Gen3: gen3")}};
  EXPECT_EQ(judge_workspaces(trial, declared("jupyter-pods-gen3")).result, Result::not_run);
}

}  // namespace
}  // namespace provisioner::gates

// C-14 where the platform's chart was rendered, or could not be.

#include "provisioner/platform/gates/capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/platform/gates/judges.h"

namespace provisioner::gates {
namespace {

using testing::HasSubstr;

// Without the largest one 10 cores and 20 GiB are left: a core of n06 goes with it.
constexpr const char* three_nodes =
    "{\"fact\": \"allocatable\", \"on\": \"n06\", \"value\": \"9 16Gi nvidia.com/gpu=1\"}\n"
    "{\"fact\": \"allocatable\", \"on\": \"n07\", \"value\": \"8 16Gi nvidia.com/gpu=1\"}\n"
    "{\"fact\": \"allocatable\", \"on\": \"n08\", \"value\": \"2 4Gi\"}\n"
    "{\"fact\": \"own\", \"on\": \"n06\", \"value\": \"1 0Ki\"}\n"
    "{\"fact\": \"requests\", \"on\": \"n06\", \"value\": \"1500m 2Gi\"}\n";

std::string deployment(int replicas, const std::string& requests, const std::string& more = "") {
  return "---\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: " +
         std::to_string(replicas) +
         ", template: {spec: {containers: [{resources: {requests: " + requests + "}}]" + more +
         "}}}\n";
}

Surroundings gen3_cluster(value::Value capacity = {}) {
  Surroundings about;
  about.wish.instance = "one";
  about.wish.control = {{.name = "n01", .address = "10.0.0.1"}};
  about.variables["n01"] = value::Dict{{"gates_capacity", std::move(capacity)}};
  kubernetes::NodeSight listed;
  listed.listed = kubernetes::ListedNode{.is_ready = true, .labels = {{"rack", "A1"}}};
  about.sight.nodes["n07"] = listed;
  return about;
}

Verdict capacity_for(const Line& chart, const std::string& more = "", value::Value figures = {}) {
  Trial trial{.lines = read_lines(three_nodes + more, "n01")};
  trial.lines.push_back(chart);
  return judge_capacity(trial, gen3_cluster(std::move(figures)));
}

Verdict capacity_with(const std::string& manifests, const std::string& more = "") {
  return capacity_for(chart_rendered("gen3 0.3.90", manifests), more);
}

TEST(ChartsCapacity, AddsWhatTheChartsPodsAskForToWhatRuns) {
  EXPECT_EQ(capacity_with(deployment(3, "{cpu: 2, memory: 2Gi}")).text,
            "1 trial, all as it must be: asked for: 7.5 cores and 8.0 GiB; with one node lost 10.0 "
            "cores and 20.0 GiB; gen3 0.3.90 as it is rendered: 3 pods ask for 6.0 cores and 6.0 "
            "GiB");
  const Verdict verdict = capacity_with(deployment(5, "{cpu: 2, memory: 2Gi}"));
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.text,
            "pods ask for 11.5 cores and 12.0 GiB, and with one node lost 10.0 cores and 20.0 GiB "
            "are left (gen3 0.3.90 as it is rendered: 5 pods ask for 10.0 cores and 10.0 GiB)");
}

TEST(ChartsCapacity, CountsOnceWhatRunsOfIt) {
  const std::string runs =
      "{\"fact\": \"requests_there\", \"on\": \"n07\", \"value\": \"7 4Gi\"}\n"
      "{\"fact\": \"own_there\", \"on\": \"n07\", \"value\": \"500m 0Ki\"}\n";
  EXPECT_THAT(capacity_with(deployment(3, "{cpu: 2, memory: 2Gi}"), runs).text,
              HasSubstr("asked for: 8.5 cores and 8.0 GiB; with one node lost 9.5 cores"));
}

TEST(ChartsCapacity, CountsOnceWhatIsDeclaredOfIt) {
  const value::Value figures(value::Dict{{"cpu", 7}, {"memory", "1Gi"}});
  const Line chart = chart_rendered("gen3 0.3.90", deployment(3, "{cpu: 2, memory: 2Gi}"));
  EXPECT_THAT(capacity_for(chart, "", figures).text, HasSubstr("asked for: 8.5 cores and 8.0 GiB"));
}

TEST(ChartsCapacity, TakesDaemonSetsFromTheNodesThatTheyMatch) {
  const std::string daemon =
      "---\nkind: DaemonSet\nmetadata: {name: agent}\nspec: {template: {spec: {nodeSelector: "
      "{rack: A1}, containers: [{resources: {requests: {cpu: 3}}}]}}}\n";
  const std::string text = capacity_with(deployment(1, "{cpu: 1}") + daemon).text;
  EXPECT_THAT(text, HasSubstr("asked for: 2.5 cores and 2.0 GiB; with one node lost 7.0 cores"));
  EXPECT_THAT(text, HasSubstr("2 pods ask for 4.0 cores"));
}

TEST(ChartsCapacity, LooksAtGpusAndOtherResources) {
  const std::string gpus = deployment(2, "{nvidia.com/gpu: 1, ephemeral-storage: 1Gi}");
  EXPECT_THAT(capacity_with(gpus).details.back(),
              HasSubstr("pods ask for 1.5 cores and 2.0 GiB, 2.0 GiB of ephemeral-storage, 2 "
                        "nvidia.com/gpu, and with one node lost 10.0 cores and 20.0 GiB, 0.0 GiB "
                        "of ephemeral-storage, 1 nvidia.com/gpu are left"));
  EXPECT_EQ(capacity_with(deployment(1, "{nvidia.com/gpu: 1}")).result, Result::passed);
}

TEST(ChartsCapacity, NamesAPodThatNoNodeHasRoomFor) {
  EXPECT_EQ(capacity_with(deployment(1, "{cpu: 8500m}")).text,
            "one pod of Deployment web asks for 8.5 cores and 0.0 GiB, and no node that it may go "
            "to has as much");
  const std::string elsewhere = ", nodeSelector: {rack: B2}";
  EXPECT_THAT(capacity_with(deployment(1, "{cpu: 1}", elsewhere)).text,
              HasSubstr("no node that it may go to"));
  EXPECT_EQ(capacity_with(deployment(1, "{cpu: 1}", elsewhere + ", tolerations: [{}]")).result,
            Result::passed);
}

TEST(ChartsCapacity, TellsOfClaimsAndOfPodsThatAskForNothing) {
  EXPECT_THAT(
      capacity_with(deployment(1, "{cpu: 1}") +
                    "---\nkind: Pod\nmetadata: {name: quiet}\nspec: {containers: [{}]}\n"
                    "---\nkind: PersistentVolumeClaim\nspec: {resources: {requests: {storage: "
                    "10Gi}}}\n"
                    "---\nkind: PersistentVolumeClaim\nspec: {storageClassName: fast, resources: "
                    "{requests: {storage: 1Gi}}}\n")
          .text,
      HasSubstr("2 pods ask for 1.0 cores and 0.0 GiB; the pods of 1 object ask for nothing; "
                "volumes, which nodes' room is not held against: 10.0 GiB of the default class, "
                "1.0 GiB of 'fast'"));
}

TEST(ChartsCapacity, FailsByAQuantityThatIsNone) {
  EXPECT_EQ(capacity_with(deployment(1, "{memory: lots}")).text,
            "Deployment web: 'lots' of memory is no quantity");
}

TEST(ChartsCapacity, SaysThatItGoesByDeclaredFigures) {
  const Line none = chart_not_rendered("the list of artefacts has no chart 'gen3'");
  const value::Value figures(value::Dict{{"cpu", 2}, {"memory", "1Gi"}});
  EXPECT_EQ(capacity_for(none, "", figures).text,
            "1 trial, all as it must be: asked for: 3.5 cores and 3.0 GiB; with one node lost 10.0 "
            "cores and 20.0 GiB; declared figures; the chart was not rendered: the list of "
            "artefacts has no chart 'gen3'");
  EXPECT_THAT(capacity_for(none).text,
              HasSubstr("; no figures are declared; the chart was not rendered: the list"));
  EXPECT_THAT(capacity_for(none, "", value::Value(value::Dict{{"cpu", 90}})).text,
              HasSubstr("are left (declared figures; the chart was not rendered: the list"));
}

TEST(ChartsCapacity, TakesNoRenderingWithoutPodsForOne) {
  EXPECT_THAT(capacity_with("kind: Service\n").text,
              HasSubstr("the chart was not rendered: gen3 0.3.90 renders no pods"));
  EXPECT_THAT(capacity_with("a: [").text,
              HasSubstr("the chart was not rendered: gen3 0.3.90 renders what is no YAML"));
}

}  // namespace
}  // namespace provisioner::gates

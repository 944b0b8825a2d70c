#include "provisioner/platform/gates/pod_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/value/read_yaml.h"

namespace provisioner::gates {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr double one_gib = 1073741824.0;

PodRequests asked_by(const std::string& manifests) {
  return pod_requests(value::read_yaml_text(manifests, "<manifests>"));
}

// Of one pod with this spec.
Amount asked_by_pod(const std::string& spec) {
  const PodRequests asked = asked_by("kind: Pod\nmetadata: {name: it}\nspec: " + spec + "\n");
  EXPECT_EQ(asked.mistakes, std::vector<std::string>{});
  return asked.workloads.at(0).each;
}

// Of one container with these resources.
Amount asked_by_container(const std::string& resources) {
  return asked_by_pod("{containers: [{resources: " + resources + "}]}");
}

// How many pods one object asks for.
double pods_of(const std::string& kind, const std::string& spec, const std::string& beside = "") {
  const PodRequests asked =
      asked_by("kind: " + kind + "\nmetadata: {name: it}\nspec: " + spec + "\n" + beside);
  return asked.workloads.empty() ? 0 : asked.workloads.front().pods;
}

TEST(PodRequests, ReadsQuantitiesAsKubernetesWritesThem) {
  EXPECT_DOUBLE_EQ(asked_by_container("{requests: {cpu: 100m}}").cores, 0.1);
  EXPECT_DOUBLE_EQ(asked_by_container("{requests: {cpu: 1.5}}").cores, 1.5);
  EXPECT_DOUBLE_EQ(asked_by_container("{requests: {cpu: \"2\"}}").cores, 2);
  EXPECT_DOUBLE_EQ(asked_by_container("{requests: {memory: 1Gi}}").bytes, one_gib);
  EXPECT_DOUBLE_EQ(asked_by_container("{requests: {memory: 2e3}}").bytes, 2000);
  EXPECT_DOUBLE_EQ(asked_by_container("{requests: {memory: 1.34217728e+08}}").bytes, 134217728);
  EXPECT_DOUBLE_EQ(asked_by_container("{requests: {memory: 128974848}}").bytes, 128974848);
}

TEST(PodRequests, TakesALimitForARequestThatIsMissing) {
  EXPECT_DOUBLE_EQ(asked_by_container("{limits: {cpu: 2}}").cores, 2);
  const Amount amount =
      asked_by_container("{limits: {cpu: 2, memory: 1Gi}, requests: {memory: 1Ki}}");
  EXPECT_DOUBLE_EQ(amount.cores, 2);
  EXPECT_DOUBLE_EQ(amount.bytes, 1024);
  EXPECT_DOUBLE_EQ(asked_by_container("{limits: {cpu: 2}, requests: {cpu: 0}}").cores, 0);
}

TEST(PodRequests, KeepsGpusAndOtherResourcesByTheirNames) {
  EXPECT_THAT(
      asked_by_container("{limits: {nvidia.com/gpu: 2}, requests: {ephemeral-storage: 2k}}").others,
      ElementsAre(Pair("ephemeral-storage", 2000), Pair("nvidia.com/gpu", 2)));
}

TEST(PodRequests, AddsContainersAndTakesTheGreatestOfThoseBefore) {
  const std::string containers =
      "containers: [{resources: {requests: {cpu: 1, memory: 1Ki}}}, {resources: {requests: {cpu: "
      "1}}}, {}]";
  const Amount amount =
      asked_by_pod("{" + containers +
                   ", initContainers: [{resources: {requests: {cpu: 500m, memory: 3Ki}}}, "
                   "{resources: {requests: {memory: 2Ki}}}]}");
  EXPECT_DOUBLE_EQ(amount.cores, 2);
  EXPECT_DOUBLE_EQ(amount.bytes, 3072);
}

TEST(PodRequests, CountsAnEarlierContainerThatStaysBesideAllOthers) {
  const Amount amount = asked_by_pod(
      "{initContainers: [{restartPolicy: Always, resources: {requests: {cpu: 1}}}, {resources: "
      "{requests: {cpu: 4}}}], containers: [{resources: {requests: {cpu: 2}}}]}");
  EXPECT_DOUBLE_EQ(amount.cores, 5);
}

TEST(PodRequests, GoesByWhatIsSaidOfThePodAsAWhole) {
  const Amount amount = asked_by_pod(
      "{resources: {requests: {cpu: 3}, limits: {cpu: 9, memory: 2Ki}}, containers: [{resources: "
      "{requests: {cpu: 1}}}]}");
  EXPECT_DOUBLE_EQ(amount.cores, 3);
  EXPECT_DOUBLE_EQ(amount.bytes, 2048);
}

TEST(PodRequests, CountsPodsByTheirKind) {
  EXPECT_EQ(pods_of("Deployment", "{template: {spec: {}}}"), 1);
  EXPECT_EQ(pods_of("StatefulSet", "{replicas: 3, template: {spec: {}}}"), 3);
  EXPECT_EQ(pods_of("ReplicaSet", "{replicas: 0, template: {spec: {}}}"), 0);
  EXPECT_EQ(pods_of("Job", "{parallelism: 4, completions: 2, template: {spec: {}}}"), 2);
  EXPECT_EQ(pods_of("Job", "{suspend: true, template: {spec: {}}}"), 0);
  EXPECT_EQ(pods_of("CronJob", "{jobTemplate: {spec: {parallelism: 2, template: {spec: {}}}}}"), 2);
  EXPECT_EQ(pods_of("CronJob", "{suspend: true, jobTemplate: {spec: {template: {spec: {}}}}}"), 0);
  EXPECT_EQ(pods_of("Service", "{template: {spec: {}}}"), 0);
  EXPECT_TRUE(
      asked_by("kind: DaemonSet\nspec: {template: {spec: {}}}\n").workloads.at(0).is_daemon_set);
}

TEST(PodRequests, CountsAtLeastWhatAnAutoscalerKeeps) {
  const std::string scaler =
      "---\nkind: HorizontalPodAutoscaler\nspec: {minReplicas: 2, scaleTargetRef: {kind: "
      "Deployment, name: it}}\n";
  EXPECT_EQ(pods_of("Deployment", "{template: {spec: {}}}", scaler), 2);
  EXPECT_EQ(pods_of("Deployment", "{replicas: 5, template: {spec: {}}}", scaler), 5);
  EXPECT_EQ(pods_of("Deployment", "{replicas: 0, template: {spec: {}}}", scaler), 0);
  EXPECT_EQ(pods_of("StatefulSet", "{template: {spec: {}}}", scaler), 1);
}

TEST(PodRequests, LeavesOutHooksThatRunNeitherAtFirstNorAtAnUpgrade) {
  const auto hooked = [](const std::string& when) {
    return asked_by("kind: Pod\nmetadata: {name: it, annotations: {helm.sh/hook: \"" + when +
                    "\"}}\nspec: {}\n")
        .workloads.size();
  };
  EXPECT_EQ(hooked("pre-install,pre-upgrade"), 1U);
  EXPECT_EQ(hooked("test"), 0U);
  EXPECT_EQ(hooked("post-delete"), 0U);
}

TEST(PodRequests, FindsObjectsInLists) {
  const PodRequests asked = asked_by(
      "kind: List\nitems:\n- {kind: Pod, metadata: {name: one}, spec: {}}\n- {kind: "
      "DeploymentList, items: [{kind: Deployment, metadata: {name: two, namespace: b}, spec: "
      "{template: {spec: {}}}}]}\n---\n---\njust a text\n");
  ASSERT_EQ(asked.workloads.size(), 2U);
  EXPECT_EQ(asked.workloads[0].name, "Pod one");
  EXPECT_EQ(asked.workloads[1].name, "Deployment b/two");
  EXPECT_EQ(asked.silent, 2U);
}

TEST(PodRequests, AddsClaimsByTheirClass) {
  EXPECT_THAT(
      asked_by("kind: StatefulSet\nmetadata: {name: it}\nspec: {replicas: 2, template: {spec: "
               "{}}, volumeClaimTemplates: [{spec: {storageClassName: fast, resources: {requests: "
               "{storage: 1Gi}}}}, {spec: {resources: {requests: {storage: 1k}}}}]}\n"
               "---\nkind: PersistentVolumeClaim\nspec: {storageClassName: fast, resources: "
               "{requests: {storage: 1Gi}}}\n")
          .claims,
      ElementsAre(Pair("", 2000), Pair("fast", 3 * one_gib)));
}

TEST(PodRequests, NamesWhatIsNoQuantity) {
  const PodRequests asked = asked_by(
      "kind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{resources: "
      "{requests: {cpu: -1, memory: 157GB}, limits: {cpu: 2}}}]}}}\n");
  EXPECT_THAT(asked.mistakes, ElementsAre("Deployment web: '-1' of cpu is no quantity",
                                          "Deployment web: '157GB' of memory is no quantity"));
  EXPECT_DOUBLE_EQ(asked.workloads.at(0).each.cores, 2);
}

}  // namespace
}  // namespace provisioner::gates

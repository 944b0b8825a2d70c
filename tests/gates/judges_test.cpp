#include "provisioner/platform/gates/judges.h"

#include <gtest/gtest.h>

#include "provisioner/cluster/kubernetes/read_etcd.h"

namespace provisioner::gates {
namespace {

using kubernetes::Certificate;
using kubernetes::Version;
using std::chrono::days;
using std::chrono::sys_days;
using Texts = std::vector<std::string>;
using value::Dict;
using value::List;
using value::Value;

constexpr Version version{1, 34, 4};
const std::chrono::sys_seconds today = sys_days(std::chrono::year(2026) / 11 / 29);

kubernetes::NodeSight member(bool is_control) {
  kubernetes::NodeSight sight;
  sight.answers = true;
  sight.listed = kubernetes::ListedNode{.is_ready = true, .kubelet = version};
  if (is_control) sight.listed->labels[kubernetes::control_label] = "";
  return sight;
}

Surroundings healthy() {
  Surroundings about;
  about.wish.instance = "one";
  about.wish.version = version;
  about.wish.control = {{.name = "n01", .address = "10.0.0.1"}};
  about.wish.workers = {{.name = "n06", .address = "10.0.0.6"}};
  about.sight.is_api_up = true;
  about.sight.nodes = {{"n01", member(true)}, {"n06", member(false)}};
  about.sight.nodes["n01"].control_plane = version;
  about.certificates = {
      {.node = "n01", .path = "apiserver.crt", .subject = "", .ends = today + days(200)}};
  about.now = today;
  kubernetes::EtcdMember etcd;
  etcd.name = "n01";
  etcd.peer_urls = {"https://10.0.0.1:2380"};
  etcd.is_healthy = true;
  about.sight.etcd = kubernetes::etcd_sight({{.node = "n01", .members = {etcd}}});
  about.sight.etcd->members.front().is_healthy = true;
  return about;
}

Trial told(std::string_view said) { return {.lines = read_lines(said, "n06")}; }

const Trial api_is_fine = told("{\"right\": \"the API says that it is ready\"}");

TEST(ClusterGate, PassesAClusterThatIsAsTheInventoryAsks) {
  const Verdict verdict = judge_cluster(api_is_fine, healthy());
  EXPECT_EQ(verdict.result, Result::passed) << verdict.text;
}

TEST(ClusterGate, NamesALabelThatIsMissingAndOneThatIsAnother) {
  Surroundings about = healthy();
  about.wish.workers.front().labels = {{"pool", "lab"}, {"rack", "A1"}};
  about.sight.nodes["n06"].listed->labels["rack"] = "B2";
  const Verdict verdict = judge_cluster(api_is_fine, about);
  EXPECT_EQ(verdict.details,
            (Texts{"n06: label pool: the label pool=lab of the inventory is missing",
                   "n06: label rack: the label rack is 'B2', the inventory has 'A1'"}));
}

TEST(ClusterGate, NamesTaintsBothWaysAndLeavesThoseOfKubernetes) {
  Surroundings about = healthy();
  about.wish.workers.front().taints = {{"pool", "gpu", "NoSchedule"}};
  about.sight.nodes["n06"].listed->taints = {{"node.kubernetes.io/not-ready", "", "NoExecute"},
                                             {"odd", "one", "NoSchedule"}};
  const Verdict verdict = judge_cluster(api_is_fine, about);
  EXPECT_EQ(
      verdict.details,
      (Texts{"n06: taint pool: the taint pool=gpu:NoSchedule of the inventory is missing",
             "n06: taint odd: the taint odd=one:NoSchedule is on it, and the inventory has none"}));
}

TEST(ClusterGate, FindsNodesThatAreNotReadyCordonedAbsentOrStrangers) {
  Surroundings about = healthy();
  about.sight.nodes["n06"].listed->is_ready = false;
  about.sight.nodes["n06"].listed->is_cordoned = true;
  about.sight.nodes["n09"] = member(false);
  about.wish.workers.push_back({.name = "n07", .address = "10.0.0.7"});
  const Verdict verdict = judge_cluster(api_is_fine, about);
  EXPECT_EQ(verdict.details,
            (Texts{"n06: node: it is not Ready", "n06: node: it takes no pods: it is cordoned",
                   "n07: node: it is no node of the cluster, and the inventory asks for it",
                   "n09: node: it is in the cluster and not in the inventory"}));
  about.sight.nodes["n06"] = member(false);
  about.wish.workers.pop_back();
  EXPECT_EQ(judge_cluster(api_is_fine, about).hint, "provisioner cluster remove n09");
}

TEST(ClusterGate, FindsAKubeletOfAnotherVersionAndACertificateThatEnds) {
  Surroundings about = healthy();
  about.sight.nodes["n06"].listed->kubelet = Version{1, 34, 1};
  about.certificates.push_back(
      {.node = "n06", .path = "kubelet.crt", .subject = "", .ends = today + days(29)});
  const Verdict verdict = judge_cluster(api_is_fine, about);
  EXPECT_EQ(
      verdict.details,
      (Texts{"n06: version: its kubelet is 1.34.1, the inventory asks for 1.34.4",
             "n06: certificate kubelet.crt: the certificate kubelet.crt ends within 29 days"}));
}

TEST(ClusterGate, FailsWhereACertificateCannotBeRead) {
  Surroundings about = healthy();
  about.certificates.push_back(
      {.node = "n06", .path = "kubelet.crt", .subject = "", .is_damaged = true});
  EXPECT_EQ(judge_cluster(api_is_fine, about).details,
            (Texts{"n06: certificate kubelet.crt: the certificate kubelet.crt cannot be read"}));
}

TEST(ClusterGate, FailsWhereTheApiDoesNotAnswer) {
  Surroundings about = healthy();
  about.sight.is_api_up = false;
  const Verdict verdict = judge_cluster({.failure = "the API does not answer"}, about);
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.text, "the API does not answer on any control-plane node");
}

TEST(ClusterGate, DoesNotPassWithoutCertificatesHavingBeenLookedAt) {
  Surroundings about = healthy();
  about.certificates.clear();
  EXPECT_EQ(judge_cluster(api_is_fine, about).result, Result::not_run);
}

const char* kubelet_facts =
    "{\"fact\": \"kubelet maxPods\", \"value\": \"110\"}\n"
    "{\"fact\": \"kubelet nodeStatusMaxImages\", \"value\": \"-1\"}\n"
    "{\"fact\": \"kubelet imageGCHighThresholdPercent\", \"value\": \"85\"}\n"
    "{\"fact\": \"kubelet imageGCLowThresholdPercent\", \"value\": \"80\"}\n";

Surroundings with_parameters(Dict parameters) {
  Surroundings about = healthy();
  about.variables["n01"] = Dict{};
  about.variables["n06"] = Dict{{"kernel_parameters", std::move(parameters)}};
  return about;
}

TEST(LimitsGate, PassesWhatIsDeclaredAndEnough) {
  const Verdict verdict =
      judge_limits(told(std::string(kubelet_facts) +
                        "{\"fact\": \"sysctl vm.max_map_count\", \"value\": \"262144\"}\n"),
                   with_parameters({{"vm.max_map_count", 262144}}));
  EXPECT_EQ(verdict.result, Result::passed) << verdict.text;
}

TEST(LimitsGate, FindsADeclarationThatIsTooLowWhateverTheNodeHas) {
  const Verdict verdict =
      judge_limits(told("{\"fact\": \"sysctl vm.max_map_count\", \"value\": \"262144\"}\n"),
                   with_parameters({{"vm.max_map_count", 65530}}));
  EXPECT_EQ(verdict.text,
            "n06: the inventory asks for vm.max_map_count = 65530, and 262144 is the least: "
            "Elasticsearch and OpenSearch do not start with less");
}

TEST(LimitsGate, FindsAParameterThatIsNotAsDeclared) {
  const Verdict verdict =
      judge_limits(told("{\"fact\": \"sysctl net.ipv4.ip_forward\", \"value\": \"0\"}\n"),
                   with_parameters({{"net.ipv4.ip_forward", 1}}));
  EXPECT_EQ(verdict.text, "n06: net.ipv4.ip_forward is 0, the inventory asks for 1");
}

TEST(LimitsGate, DoesNotPassALabThatCannotSetThem) {
  Surroundings about = with_parameters({{"vm.max_map_count", 262144}});
  about.variables["n01"] = Dict{{"lab", Dict{{"cannot", List{Dict{{"capability", "sysctl"}}}}}}};
  const Verdict verdict =
      judge_limits(told("{\"fact\": \"sysctl vm.max_map_count\", \"value\": \"65530\"}\n"), about);
  EXPECT_EQ(verdict.result, Result::not_run);
}

TEST(LimitsGate, LeavesToCiliumWhatItSetsItself) {
  Surroundings about = with_parameters({{"net.ipv4.conf.all.rp_filter", 2}});
  about.sight.pod_network = "cilium";
  const Trial trial =
      told("{\"fact\": \"sysctl net.ipv4.conf.all.rp_filter\", \"value\": \"0\"}\n");
  EXPECT_EQ(judge_limits(trial, about).result, Result::passed);
  about.sight.pod_network = "flannel";
  EXPECT_EQ(judge_limits(trial, about).result, Result::failed);
}

TEST(LimitsGate, FindsAKubeletThatReportsSomeImagesOnly) {
  Trial trial = told(kubelet_facts);
  trial.lines[1].why = "50";
  EXPECT_EQ(judge_limits(trial, healthy()).text,
            "n06: its kubelet reports 50 images at most: what prepulls images counts on all of "
            "them");
}

TEST(CapacityGate, HoldsRequestsAgainstWhatIsLeftWithoutTheLargestNode) {
  const Trial trial = told(
      "{\"fact\": \"allocatable\", \"on\": \"n06\", \"value\": \"4 8Gi\"}\n"
      "{\"fact\": \"allocatable\", \"on\": \"n07\", \"value\": \"2 4Gi\"}\n"
      "{\"fact\": \"own\", \"on\": \"n07\", \"value\": \"500m 1Gi\"}\n"
      "{\"fact\": \"requests\", \"on\": \"n06\", \"value\": \"1400m 1048576Ki\"}\n");
  EXPECT_EQ(judge_capacity(trial, healthy()).result, Result::passed);
  Surroundings about = healthy();
  about.variables["n01"] = Dict{{"gates_capacity", Dict{{"cpu", "200m"}, {"memory", "1Gi"}}}};
  EXPECT_EQ(judge_capacity(trial, about).text,
            "pods ask for 1.6 cores and 2.0 GiB, and with one node lost 1.5 cores and 3.0 GiB are "
            "left");
}

TEST(CapacityGate, FailsWhereOneNodeTakesAll) {
  const Trial trial = told("{\"fact\": \"allocatable\", \"on\": \"n06\", \"value\": \"4 8Gi\"}\n");
  EXPECT_EQ(judge_capacity(trial, healthy()).text,
            "one node takes pods: nothing is left where it is lost");
}

Surroundings with_portal(const char* memory) {
  Surroundings about = healthy();
  about.variables["n01"] = Dict{{"phalanx_portal", Dict{{"memory", memory}}}};
  return about;
}

TEST(PortalGate, LooksForOneNodeWithEnoughFreeMemory) {
  const Trial trial = told(
      "{\"right\": \"user 91 writes\"}\n"
      "{\"fact\": \"allocatable\", \"on\": \"n06\", \"value\": \"4 8Gi\"}\n"
      "{\"fact\": \"allocatable\", \"on\": \"n07\", \"value\": \"4 8Gi\"}\n"
      "{\"fact\": \"own\", \"on\": \"n06\", \"value\": \"500m 1Gi\"}\n"
      "{\"fact\": \"requests\", \"on\": \"n06\", \"value\": \"500m 1Gi\"}\n"
      "{\"fact\": \"requests\", \"on\": \"n07\", \"value\": \"500m 4Gi\"}\n");
  EXPECT_EQ(judge_portal(trial, with_portal("6Gi")).result, Result::passed);
  EXPECT_EQ(judge_portal(trial, with_portal("7Gi")).text,
            "the Portal may use 7.0 GiB, and no node has them: n06 has the most, 6.0");
  EXPECT_EQ(judge_portal(trial, with_portal("much")).result, Result::not_run);
  EXPECT_EQ(judge_portal(told("{\"lacks\": \"no work area\"}"), healthy()).text, "no work area");
}

TEST(AbsenceGate, FindsEachKindOfWhatPhalanxBrings) {
  const Trial trial = told(
      "{\"right\": \"asked for\"}\n"
      "{\"fact\": \"ingressclass\", \"value\": \"nginx\"}\n"
      "{\"fact\": \"namespace\", \"value\": \"argocd\"}\n"
      "{\"fact\": \"crd\", \"value\": \"certificates.cert-manager.io\"}\n"
      "{\"fact\": \"validatingwebhookconfiguration\", \"value\": \"ingress-nginx-admission\"}\n");
  const Verdict verdict = judge_what_phalanx_brings(trial, healthy());
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.details.size(), 4U);
}

TEST(AbsenceGate, LeavesWhatIsNoneOfPhalanxs) {
  const Trial trial = told(
      "{\"right\": \"asked for\"}\n"
      "{\"fact\": \"ingressclass\", \"value\": \"traefik\"}\n"
      "{\"fact\": \"namespace\", \"value\": \"argocd-of-others\"}\n"
      "{\"fact\": \"crd\", \"value\": \"ipaddresspools.metallb.io\"}\n"
      "{\"fact\": \"mutatingwebhookconfiguration\", \"value\": \"metallb\"}\n");
  EXPECT_EQ(judge_what_phalanx_brings(trial, healthy()).result, Result::passed);
}

TEST(AbsenceGate, TakesANamespaceThatTheInstanceItselfDeclaresForNoneOfAnother) {
  const Trial trial = told(
      "{\"right\": \"asked for\"}\n"
      "{\"fact\": \"namespace\", \"value\": \"nublado\"}\n");
  Surroundings about = healthy();
  EXPECT_EQ(judge_what_phalanx_brings(trial, about).text,
            "there is a namespace 'nublado', as of another Phalanx environment");
  about.access.namespaces = {{.name = "nublado"}};
  EXPECT_EQ(judge_what_phalanx_brings(trial, about).result, Result::passed);
}

const std::string all_of_phalanx =
    "{\"right\": \"asked for\"}\n"
    "{\"fact\": \"ingressclass\", \"value\": \"nginx\"}\n"
    "{\"fact\": \"namespace\", \"value\": \"argocd\"}\n"
    "{\"fact\": \"namespace\", \"value\": \"cert-manager\"}\n"
    "{\"fact\": \"namespace\", \"value\": \"gafaelfawr\"}\n"
    "{\"fact\": \"namespace\", \"value\": \"ingress-nginx\"}\n"
    "{\"fact\": \"crd\", \"value\": \"applications.argoproj.io\"}\n"
    "{\"fact\": \"crd\", \"value\": \"certificates.cert-manager.io\"}\n"
    "{\"fact\": \"crd\", \"value\": \"challenges.acme.cert-manager.io\"}\n"
    "{\"fact\": \"crd\", \"value\": \"vaultsecrets.ricoberger.de\"}\n";

TEST(AbsenceGate, FindsWhatIsNotThereOncePhalanxStands) {
  Surroundings about = healthy();
  about.moment = Moment::deployed;
  const Trial whole =
      told(all_of_phalanx +
           "{\"fact\": \"namespace\", \"value\": \"vault-secrets-operator\"}\n"
           "{\"fact\": \"crd\", \"value\": \"gafaelfawringresses.gafaelfawr.lsst.io\"}\n");
  EXPECT_EQ(judge_what_phalanx_brings(whole, about).result, Result::passed);
  EXPECT_EQ(judge_what_phalanx_brings(told(all_of_phalanx), about).details,
            (Texts{"namespace vault-secrets-operator: there is no namespace "
                   "'vault-secrets-operator', and Phalanx brings it",
                   "custom kind of gafaelfawr.lsst.io: there is no custom kind of "
                   "'gafaelfawr.lsst.io', and Phalanx brings it"}));
  EXPECT_EQ(judge_what_phalanx_brings(
                told("{\"lacks\": \"the API does not tell what there is of crd\"}"), about)
                .result,
            Result::not_run);
}

TEST(MachinesGate, FindsAClockThatIsAheadAndOneThatIsBehind) {
  const Verdict verdict =
      judge_machines(told("{\"fact\": \"clock\", \"value\": \"0.4\"}\n"
                          "{\"fact\": \"clock\", \"on\": \"n07\", \"value\": \"-61\"}\n"
                          "{\"fact\": \"clock\", \"on\": \"n08\", \"value\": \"3600.2\"}\n"),
                     healthy());
  EXPECT_EQ(verdict.details, (Texts{"n07: clock: its clock is 61 s behind the controller's",
                                    "n08: clock: its clock is 3600 s ahead of the controller's"}));
}

Trial of_release(const std::string& release) {
  return told("{\"fact\": \"version\", \"value\": \"" + release + "\"}");
}

TEST(VersionGates, KnowTheOldestThatEachPlatformRunsOn) {
  const Surroundings about = healthy();
  EXPECT_EQ(judge_gen3_version(of_release("v1.34.4"), about).text,
            "1 trial, all as it must be: Kubernetes 1.34.4");
  EXPECT_EQ(judge_phalanx_version(of_release("v1.29.9+vendor.1"), about).text,
            "Phalanx needs Kubernetes 1.30, this is 1.29.9");
  EXPECT_EQ(judge_gen3_version(of_release("v1.29.9"), about).result, Result::passed);
}

TEST(VersionGates, GoByTheApiServerAndNotByTheInventory) {
  Surroundings about = healthy();
  about.wish.version = {1, 29, 9};
  EXPECT_EQ(judge_phalanx_version(of_release("v1.34.4"), about).result, Result::passed);
  about.wish.version = {1, 34, 4};
  EXPECT_EQ(judge_phalanx_version(of_release("v1.29.9"), about).result, Result::failed);
  EXPECT_EQ(judge_gen3_version(of_release("unknown"), about).text,
            "the API does not tell which release it is");
  EXPECT_EQ(judge_gen3_version(told("{\"lacks\": \"the API does not answer\"}"), about).text,
            "the API does not answer");
}

}  // namespace
}  // namespace provisioner::gates

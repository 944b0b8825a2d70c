// What roles of a cluster take, before a node is touched.

#include "provisioner/platform/instance/site_variables.h"

#include "provisioner/base/base/text.h"

namespace provisioner::instance {
namespace {

using value::StrictDict;
using value::Value;

// Of the kubelet's configuration (kubelet.config.k8s.io/v1beta1, KubeletConfiguration), as
// Kubernetes 1.34 has them.
const std::vector<std::string> kubelet_fields = base::split(
    "address allowedUnsafeSysctls apiVersion authentication authorization cgroupDriver "
    "cgroupRoot cgroupsPerQOS clusterDNS clusterDomain "
    "configMapAndSecretChangeDetectionStrategy containerLogMaxFiles containerLogMaxSize "
    "containerLogMaxWorkers containerLogMonitorInterval containerRuntimeEndpoint "
    "contentType cpuCFSQuota cpuCFSQuotaPeriod cpuManagerPolicy cpuManagerPolicyOptions "
    "cpuManagerReconcilePeriod crashLoopBackOff enableContentionProfiling "
    "enableControllerAttachDetach enableDebuggingHandlers enableProfilingHandler "
    "enableServer enableSystemLogHandler enableSystemLogQuery enforceNodeAllocatable "
    "eventBurst eventRecordQPS evictionHard evictionMaxPodGracePeriod "
    "evictionMinimumReclaim evictionPressureTransitionPeriod evictionSoft "
    "evictionSoftGracePeriod failCgroupV1 failSwapOn featureGates fileCheckFrequency "
    "hairpinMode healthzBindAddress healthzPort httpCheckFrequency "
    "imageGCHighThresholdPercent imageGCLowThresholdPercent imageMaximumGCAge "
    "imageMinimumGCAge imagePullCredentialsVerificationPolicy imageServiceEndpoint "
    "iptablesDropBit iptablesMasqueradeBit kernelMemcgNotification kind kubeAPIBurst "
    "kubeAPIQPS kubeReserved kubeReservedCgroup kubeletCgroups "
    "localStorageCapacityIsolation logging makeIPTablesUtilChains maxOpenFiles "
    "maxParallelImagePulls maxPods memoryManagerPolicy memorySwap memoryThrottlingFactor "
    "mergeDefaultEvictionSettings nodeLeaseDurationSeconds nodeStatusMaxImages "
    "nodeStatusReportFrequency nodeStatusUpdateFrequency oomScoreAdj podCIDR podLogsDir "
    "podPidsLimit podsPerCore port preloadedImagesVerificationAllowlist "
    "protectKernelDefaults providerID qosReserved readOnlyPort registerNode "
    "registerWithTaints registryBurst registryPullQPS reservedMemory reservedSystemCPUs "
    "resolvConf rotateCertificates runOnce runtimeRequestTimeout seccompDefault "
    "serializeImagePulls serverTLSBootstrap showHiddenMetricsForVersion "
    "shutdownGracePeriod shutdownGracePeriodByPodPriority shutdownGracePeriodCriticalPods "
    "singleProcessOOMKill staticPodPath staticPodURL staticPodURLHeader "
    "streamingConnectionIdleTimeout syncFrequency systemCgroups systemReserved "
    "systemReservedCgroup tlsCertFile tlsCipherSuites tlsMinVersion tlsPrivateKeyFile "
    "topologyManagerPolicy topologyManagerPolicyOptions topologyManagerScope tracing "
    "userNamespaces volumePluginDir volumeStatsAggPeriod",
    ' ');

// How long kubeadm waits for what (kubeadm.k8s.io/v1beta4, Timeouts).
const std::vector<std::string> kubeadm_timeouts = base::split(
    "controlPlaneComponentHealthCheck discovery etcdAPICall kubeletHealthCheck "
    "kubernetesAPICall tlsBootstrap upgradeManifests",
    ' ');

constexpr std::int64_t last_port = 65535, last_percent = 100, many = 1'000'000'000;

Wanted port(const char* name, const char* example = nullptr) {
  return {.name = name, .is = Is::number, .least = 1, .most = last_port, .example = example};
}

Wanted count(const char* name, std::int64_t least, std::int64_t most = many) {
  return {.name = name, .is = Is::number, .least = least, .most = most};
}

Wanted word(const char* name, std::vector<std::string> words, const char* example = nullptr) {
  return {.name = name, .is = Is::word, .words = std::move(words), .example = example};
}

Wanted fields(const char* name, const std::vector<std::string>& known) {
  return {.name = name, .is = Is::dict, .fields = &known};
}

Wanted must(const char* name, Is is, const char* example) {
  return {.name = name, .is = is, .example = example};
}

// `of`: whose they are, as profiles have it.
struct OfComponent {
  const char* of;
  Wanted wanted;
};

const std::vector<Wanted>& of_all() {
  static const std::vector<Wanted> all = {
      {.name = "kubernetes_endpoint",
       .is = Is::dict,
       .keys = {{"name", Is::host}, must("address", Is::address, "10.23.0.5"), port("port")}},
      word("kubernetes_endpoint_by", {"keepalived", "kube_vip", "none"}),
      count("api_endpoint_router", 1, 255),
      {"kubernetes_node_address", Is::address},
      word("pod_network", {"cilium", "flannel"}),
      word("pod_network_backend", {"host-gw", "vxlan"}),
      {"pod_subnet", Is::network},
      {"service_subnet", Is::network},
      {"ingress_address", Is::address},
      {"cluster_domain", Is::name},
      {"instance_domain", Is::name},
      count("kubernetes_max_pods", 1),
      count("kubernetes_parallel_pulls", 1),
      count("kubernetes_image_gc_high", 0, last_percent),
      count("kubernetes_image_gc_low", 0, last_percent),
      count("kubernetes_dns_nodes", 1),
      fields("kubernetes_kubelet", kubelet_fields),
      fields("kubernetes_kubelet_own", kubelet_fields),
      fields("kubernetes_timeouts", kubeadm_timeouts),
      {"kubernetes_proxy", Is::dict},
      {"kubernetes_audit_rules", Is::dicts},
      word("registry_kind", {"distribution", "harbor", "nexus", "zot"}),
      {"registry_name", Is::host},
      {"registry_address", Is::address},
      {"registry_push_address", Is::host},
      port("registry_port"),
      port("registry_push_port"),
      port("registry_incoming_port"),
      count("registry_full_percent", 1, last_percent),
      count("registry_least_free", 0),
      count("registry_cache_least_free", 0),
      count("registry_gc_hours", 0),
      {.name = "registry_pull_through",
       .is = Is::dicts,
       .keys = {must("name", Is::text, "quay.io"), must("url", Is::text, "\"https://quay.io\""),
                port("port", "5010")}},
      {.name = "registry_proxies",
       .is = Is::dicts,
       .keys = {must("name", Is::text, "docker.io"),
                must("url", Is::text, "\"https://registry-1.docker.io\"")}},
      {"admission_vetted_only", Is::truth},
      {"admission_namespaces", Is::texts}};
  return all;
}

const std::vector<OfComponent>& of_components() {
  static const std::vector<OfComponent> all = {
      {"ingress", word("ingress_visibility", {"inward", "external"})},
      {"ingress", word("ingress_reached_by", {"load_balancer", "host_ports"})},
      {"logs",
       {.name = "logs_outputs",
        .is = Is::dicts,
        .keys = {must("name", Is::text, "site"),
                 word("kind", {"elasticsearch", "loki", "otlp_http", "otlp"}, "loki"),
                 {"url", Is::text},
                 {"urls", Is::texts},
                 {"index", Is::text},
                 word("encoding", {"json", "proto"}),
                 {"compression", Is::text},
                 {"ca", Is::text},
                 {"headers", Is::dict},
                 {"is_plain", Is::truth}}}},
      {"metrics", {"prometheus_pods_of", Is::texts}},
      {"metrics", {"prometheus_jobs", Is::dicts}},
      {"metrics", {"prometheus_rules", Is::dicts}},
      {"metrics", {"prometheus_remote_write", Is::dicts}},
      {"metrics", {"prometheus_alertmanagers", Is::dicts}}};
  return all;
}

}  // namespace

std::vector<std::string> site_variable_names() {
  std::vector<std::string> names;
  for (const Wanted& wanted : of_all()) names.emplace_back(wanted.name);
  for (const OfComponent& one : of_components()) names.emplace_back(one.wanted.name);
  return names;
}

void check_site_variables(const value::Dict& of_node, const profile::Profile& owners,
                          base::Diagnostics& diagnostics) {
  const Value variables(of_node);
  StrictDict said(&variables, "", variables, diagnostics);
  for (const Wanted& wanted : of_all()) check_form(said, wanted);
  for (const OfComponent& one : of_components())
    if (owners.is_ours(one.of)) check_form(said, one.wanted);
}

}  // namespace provisioner::instance

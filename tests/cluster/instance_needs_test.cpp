// What an instance needs of the lock of artefacts, by the roles as they are.

#include "provisioner/front/cluster/instance_needs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/http/server.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cluster/cluster_session.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using cli::Spoken;
using testing::HasSubstr;
using testing::Not;

constexpr const char* hosts = R"(instance_one:
  vars:
    kubernetes_version: v1.34.4
    kubernetes_etcd_version: v3.6.5
    kubernetes_cni_version: v1.9.1
    kubernetes_endpoint: {name: api.one, address: 192.0.2.5, port: 6443}
    kubernetes_endpoint_by: none
    registry_name: registry.one
    instance_domain: one.example.org
    load_balancer_pools: [{name: inner, visibility: inward, addresses: [192.0.2.20-192.0.2.29]}]
    components: {load_balancer: provisioner, ingress: provisioner, storage_classes: absent,
                 metrics: absent, logs: absent}
  hosts:
    c1: {ansible_host: 127.0.0.2, roles: [control, registry]}
    w1: {ansible_host: 127.0.0.3, roles: [worker]}
control: {hosts: {c1: }}
worker: {hosts: {w1: }}
registry: {hosts: {c1: }}
all: {vars: {ansible_port: 1}}
)";

constexpr const char* programs[][2] = {{"kubeadm", "v1.34.4"}, {"kubelet", "v1.34.4"},
                                       {"kubectl", "v1.34.4"}, {"etcdctl", "v3.6.5"},
                                       {"etcdutl", "v3.6.5"},  {"cni-plugins", "v1.9.1"}};

constexpr const char* images[] = {"registry.k8s.io/kube-apiserver:v1.34.4",
                                  "registry.k8s.io/kube-controller-manager:v1.34.4",
                                  "registry.k8s.io/kube-scheduler:v1.34.4",
                                  "registry.k8s.io/kube-proxy:v1.34.4",
                                  "registry.k8s.io/etcd:3.6.5-0",
                                  "registry.k8s.io/coredns/coredns:v1.12.1",
                                  "registry.k8s.io/pause:3.10.1",
                                  "ghcr.io/flannel-io/flannel:v0.28.10",
                                  "ghcr.io/flannel-io/flannel-cni-plugin:v0.9.1",
                                  "quay.io/metallb/controller:v0.15.2",
                                  "quay.io/metallb/speaker:v0.15.2",
                                  "docker.io/library/traefik:v3.6.12"};

// Its list has all that the instance needs, but for what a test takes away. What the roles declare
// is theirs; nodes are never reached.
class InstanceNeeds : public testing::Test {
 protected:
  InstanceNeeds() { desk_.write("hosts.yml", hosts); }

  void write_list(const std::set<std::string>& left_out = {}) {
    std::string list = "artifacts:\n", lock = "format: 1\nartifacts:\n";
    const auto add = [&](const std::string& name, const std::string& version,
                         const std::string& kind, const std::string& image) {
      if (left_out.contains(name) || left_out.contains(image)) return;
      const std::string bytes = content_of(name);
      const std::string shared = "{name: \"" + name + "\", version: \"" + version +
                                 "\", kind: " + kind + ", from: \"file:" + name + "\"" +
                                 (image.empty() ? "" : ", image: \"" + image + "\"");
      list += "  - " + shared + "}\n";
      lock += "  - " + shared + ", sha256: " + crypto::sha256(bytes) +
              ", size: " + std::to_string(bytes.size()) + "}\n";
      desk_.write(
          "store/sha256/" + crypto::sha256(bytes).substr(0, 2) + "/" + crypto::sha256(bytes),
          bytes);
    };
    for (const auto& [name, version] : programs) add(name, version, "file", "");
    for (const std::string image : images)
      add(base::replace_all(base::replace_all(image, "/", "-"), ":", "-"), "1", "image", image);
    desk_.write("artifacts/hosts.yml", list);
    desk_.write("artifacts/hosts.lock", lock);
  }

  // Of an image a manifest that names nothing else.
  std::string content_of(const std::string& name) const {
    if (name == "kubeadm" && !kubeadm_.empty()) return kubeadm_;
    if (name.find('.') == name.npos) return "bytes of " + name;
    return R"({"schemaVersion": 2, "config": {"digest": "sha256:)" + crypto::sha256("{}") +
           R"(", "size": 2, "mediaType": "application/vnd.oci.image.config.v1+json"}, )" +
           R"("annotations": {"of": ")" + name + R"("}, "layers": []})";
  }

  Spoken plan() {
    desk_.write("store/sha256/" + crypto::sha256("{}").substr(0, 2) + "/" + crypto::sha256("{}"),
                "{}");
    return cli::speak({"cluster", "plan", "one", "-i", "hosts.yml", "--store", "store"});
  }

  cli::Desk desk_;
  std::string kubeadm_;
};

TEST_F(InstanceNeeds, AreMetWhereTheLockHasAllOfThem) {
  write_list();
  const Spoken told = plan();
  EXPECT_THAT(told.out, Not(HasSubstr("not in the lock")));
  EXPECT_THAT(told.out, Not(HasSubstr("missing: ")));
}

TEST_F(InstanceNeeds, NameTheIngressThatTheListLacks) {
  write_list({"docker.io/library/traefik:v3.6.12"});
  const Spoken told = plan();
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_EQ(told.errors, "");
  EXPECT_EQ(
      told.out,
      "ours: ingress, load_balancer, registry\n"
      "not in the lock: the image docker.io/library/traefik:v3.6.12, needed by ingress\n"
      "hint: name them in the inventory's list of artefacts, then provisioner artifacts lock; "
      "a component can have another owner (components)\n"
      "remark: packages of c1, w1 are not looked for: the inventory has no base_apt_sources "
      "for them\n"
      "against it: 'c1' does not answer and may have the CA of this cluster: no second one is "
      "made\n"
      "hint: bring it back, or take it out of the group 'control'\n"
      "remark: flannel enforces no NetworkPolicy (pod_network: cilium does)\n"
      "remark: 'one' may run images that nobody has vetted\n"
      "hint: what holds it to vetted ones is admission_vetted_only: true, with "
      "admission_namespaces\n");
}

TEST_F(InstanceNeeds, NameProgramsAndImagesOfTheWishedVersion) {
  write_list({"cni-plugins", "etcdctl", "registry.k8s.io/kube-proxy:v1.34.4",
              "registry.k8s.io/etcd:3.6.5-0", "ghcr.io/flannel-io/flannel:v0.28.10"});
  EXPECT_THAT(
      plan().out,
      testing::StartsWith(
          "ours: ingress, load_balancer, registry\n"
          "not in the lock: etcdctl v3.6.5, needed by kubernetes_node\n"
          "not in the lock: cni-plugins v1.9.1, needed by kubernetes_node\n"
          "not in the lock: the image registry.k8s.io/kube-proxy:v1.34.4, needed by control_plane\n"
          "not in the lock: the image registry.k8s.io/etcd, needed by control_plane\n"
          "not in the lock: the image ghcr.io/flannel-io/flannel:v0.28.10, needed by pod_network\n"
          "hint: name them"));
}

TEST_F(InstanceNeeds, AreKubeadmsOwnWordsWhereItCanBeAsked) {
  kubeadm_ =
      "#!/bin/sh\n"
      "[ \"$1 $2 $3 $5\" = 'config images list v1.34.4' ] || exit 9\n"
      "echo registry.k8s.io/kube-proxy:v1.34.4\n"
      "echo registry.k8s.io/etcd:3.6.6-0\n";
  write_list();
  EXPECT_THAT(plan().out, HasSubstr("not in the lock: the image registry.k8s.io/etcd:3.6.6-0, "
                                    "needed by kubeadm v1.34.4; there is 3.6.5-0\n"));
}

TEST_F(InstanceNeeds, LeaveOutWhatComesByACacheOfTheRegistry) {
  write_list({"docker.io/library/traefik:v3.6.12"});
  desk_.write("group_vars/all.yml",
              "registry_pull_through: [{name: docker.io, url: \"https://registry-1.docker.io\", "
              "port: 5010}]\n");
  EXPECT_THAT(plan().out, Not(HasSubstr("not in the lock")));
}

TEST_F(InstanceNeeds, ThatTheInventoryLeavesEmptyAreRefusedByTheirPlace) {
  write_list();
  desk_.write("group_vars/all.yml", "pod_network: cilium\n");
  const Spoken told = plan();
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("error: 'pod_network_images' has an empty name: the inventory "
                                     "does not say it\n"));
  EXPECT_THAT(told.errors, HasSubstr("hint: give the variable that stands in it, as the role's "
                                     "defaults/main.yml has it\n"));
}

// A mirror that has all packages but one.
constexpr const char* index_of_packages =
    "Package: containerd\nVersion: 1\nArchitecture: all\nMaintainer: a\nFilename: ./a.deb\n"
    "Size: 1\nSHA256: 00\n\n"
    "Package: runc\nVersion: 1\nArchitecture: all\nMaintainer: a\nFilename: ./b.deb\n"
    "Size: 1\nSHA256: 00\n\n";

TEST_F(InstanceNeeds, OfPackagesAreAskedOfTheNodesMirror) {
  const http::Server mirror(
      {},
      [](const http::Call& call) {
        return call.path == "/site/Packages"
                   ? http::Answer{.content_type = "text/plain", .body = index_of_packages}
                   : http::Answer{.status = 404, .body = "no\n"};
      },
      [](const std::string&) {});
  write_list();
  desk_.write("group_vars/all.yml", "base_apt_sources: [\"deb http://127.0.0.1:" +
                                        std::to_string(mirror.port()) + "/site /\"]\n");
  const Spoken told = plan();
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, HasSubstr("no source of packages of c1, w1 has docker-registry, needed by "
                                  "registry\n"));
  EXPECT_THAT(told.out, Not(HasSubstr(" has runc")));
}

TEST_F(InstanceNeeds, OfPackagesAreARemarkWhereNobodyHereCanBeAsked) {
  write_list();
  desk_.write("group_vars/all.yml", "base_apt_sources: [\"deb file:/srv/mirror ./\"]\n");
  EXPECT_THAT(plan().out, HasSubstr("remark: packages of c1, w1 are not looked for: one of their "
                                    "sources is no place that this machine can ask\n"));
}

TEST_F(InstanceNeeds, AreMetByTheShippedLists) {
  constexpr const char* shipped[][2] = {{"reference", "main"},
                                        {"gen3", "agdr_prod"},
                                        {"gen3", "csoc"},
                                        {"rubin", "stable"},
                                        {"rubin", "rspdev"}};
  for (const auto& [inventory, instance] : shipped) {
    cli::RunWords run;
    run.inventories = {std::string(PROJECT_DIRECTORY) + "/inventory/" + inventory};
    const ClusterWork work = cluster_work(
        {.run = run, .instance = instance, .store = "store", .nodes = {}, .version = {}});
    const std::vector<artifacts::Need> needs =
        instance_needs(work, artifacts::Store(desk_.path() + "/store"));
    EXPECT_THAT(needs, Not(testing::IsEmpty()));
    EXPECT_THAT(artifacts::unmet_needs(needs, work.artifacts.wanted(), {}), testing::IsEmpty())
        << instance;
  }
}

}  // namespace
}  // namespace provisioner::cluster

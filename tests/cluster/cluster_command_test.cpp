// Commands on a cluster by their words, where no node answers; what they do on real ones is told by
// tests/acceptance.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

using cli::speak;
using cli::Spoken;
using testing::HasSubstr;

// Addresses of this machine where nothing listens.
class ClusterCommands : public testing::Test {
 protected:
  ClusterCommands() { write("192.0.2.5", "127.0.0.3"); }

  void write(const std::string& endpoint, const std::string& worker) {
    desk_.write("hosts.yml",
                "instance_one:\n"
                "  vars:\n"
                "    kubernetes_version: v1.34.4\n"
                "    kubernetes_endpoint: {name: api.one, address: " +
                    endpoint +
                    ", port: 6443}\n"
                    "    kubernetes_endpoint_by: none\n"
                    "  hosts:\n"
                    "    c1: {ansible_host: 127.0.0.2, roles: [control]}\n"
                    "    w1: {ansible_host: " +
                    worker +
                    ", roles: [worker]}\n"
                    "control: {hosts: {c1: }}\n"
                    "worker: {hosts: {w1: }}\n"
                    "all: {vars: {ansible_port: 1}}\n");
  }
  static Spoken cluster(std::vector<std::string> words) {
    words.insert(words.begin(), "cluster");
    words.insert(words.end(), {"-i", "hosts.yml"});
    return speak(words);
  }

  cli::Desk desk_;
};

TEST_F(ClusterCommands, TellWhoIsSilentAndThatNothingIsMadeBesideIt) {
  const Spoken told = cluster({"status", "one"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, HasSubstr("c1    control  silent"));
  EXPECT_THAT(told.out, HasSubstr("\n'c1' does not answer: 127.0.0.2 port 1 cannot be connected "
                                  "to: connection refused: nothing listens there, or"));
  EXPECT_THAT(told.out, HasSubstr("against it: 'c1' does not answer and may have the CA"));
}

TEST_F(ClusterCommands, TakeSilenceOfEtcdForNoHealth) {
  const Spoken told = cluster({"etcd", "members", "one"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_EQ(told.out,
            "no member of etcd answers, and 'c1' does not either\n"
            "hint: bring it back: provisioner power c1 status\n");
}

TEST_F(ClusterCommands, AreRefusedForAnInventoryThatMakesNoCluster) {
  write("192.0.2.5", "127.0.0.2");
  const Spoken told = cluster({"status", "one"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors,
              HasSubstr("hosts.yml:8:24: error: 'w1' has the address of 'c1': 127.0.0.2\n"));
  EXPECT_THAT(told.errors, HasSubstr("the inventory makes no cluster of instance 'one'"));
}

TEST_F(ClusterCommands, NameThePlaceOfWhatKubernetesDoesNotTake) {
  desk_.write("more.yml",
              "all:\n"
              "  hosts:\n"
              "    w1:\n"
              "      node_labels: {rack: two words}\n"
              "      node_taints: ['dedicated=gpu:Never']\n");
  const Spoken told = cluster({"plan", "one", "-i", "more.yml"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors,
              HasSubstr("more.yml:4:27: error: node 'w1': 'two words' cannot be the value of a "
                        "label ('rack')\n"));
  EXPECT_THAT(told.errors, HasSubstr("more.yml:5:21: error: node 'w1': taint 'dedicated=gpu:Never' "
                                     "has an effect that there is not\n"));
}

TEST_F(ClusterCommands, AreRefusedForAFactorThatNoDeadlineHas) {
  desk_.write("group_vars/instance_one.yml", "deadline_factor: 0\n");
  const Spoken told = cluster({"status", "one"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_EQ(told.errors,
            "group_vars/instance_one.yml:1:18: error: 'deadline_factor' is a number from 1 to 100, "
            "found '0'\n"
            "    1 | deadline_factor: 0\n"
            "      |                  ^\n\n"
            "1 error, nothing was done\n"
            "error: the inventory makes no cluster of instance 'one'\n");
}

TEST_F(ClusterCommands, AreRefusedForOptionsOfAProgramThatHasNone) {
  desk_.write("group_vars/instance_one.yml",
              "kubernetes_arguments:\n"
              "  sheduler: {kube-api-qps: 51}\n"
              "  apiServer: verbose\n");
  const Spoken told = cluster({"status", "one"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_EQ(told.errors,
            "group_vars/instance_one.yml:2:3: error: there is no key 'sheduler' here\n"
            "    2 |   sheduler: {kube-api-qps: 51}\n"
            "      |   ^\n"
            "hint: did you mean 'scheduler'?\n\n"
            "group_vars/instance_one.yml:3:14: error: 'kubernetes_arguments.apiServer' is a dict, "
            "found a "
            "string\n"
            "    3 |   apiServer: verbose\n"
            "      |              ^\n\n"
            "2 errors, nothing was done\n"
            "error: the inventory makes no cluster of instance 'one'\n");
}

TEST_F(ClusterCommands, TellWhatRolesWouldNotTakeBeforeANodeIsTouched) {
  desk_.write("artifacts/hosts.yml", "artifacts: []\n");
  desk_.write("artifacts/hosts.lock", "format: 1\nartifacts: []\n");
  desk_.write("group_vars/instance_one.yml",
              "pod_network: calico\npod_subnet: 127.0.0.0/8\n"
              "logs_outputs: \"{{ ansible_facts.nowhere }}\"\nregistry_kind: harbour\n"
              "stage_name: qaa\naccess: {namespaces: {site-tools: {aspect: tools}}}\n"
              "admission_namespaces: [site-tols]\n");
  for (const char* word : {"plan", "up"}) {
    const Spoken told = cluster({word, "one"});
    EXPECT_NE(told.status, cli::exit_fine);
    EXPECT_THAT(told.errors, HasSubstr("instance_one.yml:1:14: error: 'pod_network' is one of "));
    EXPECT_THAT(told.errors, HasSubstr("instance_one.yml:2:13: error: 'pod_subnet' (127.0.0.0/8) "
                                       "has the address of 'c1', 127.0.0.2\n"));
    EXPECT_THAT(told.errors, HasSubstr("instance_one.yml:4:16: error: 'registry_kind' is one of "));
    EXPECT_THAT(told.errors, HasSubstr("instance_one.yml:5:13: error: there is no stage 'qaa'\n"));
    EXPECT_THAT(told.errors, HasSubstr("instance_one.yml:7:24: error: 'admission_namespaces' names "
                                       "'site-tols', which 'access' does not declare\n"));
    EXPECT_THAT(told.errors, testing::Not(HasSubstr("ansible_facts")));
  }
  EXPECT_THAT(cluster({"status", "one"}).out, HasSubstr("'c1' does not answer"));
}

TEST_F(ClusterCommands, TellWhoseAddressTheApiWouldTake) {
  desk_.write("artifacts/hosts.yml", "artifacts: []\n");
  desk_.write("artifacts/hosts.lock", "format: 1\nartifacts: []\n");
  write("127.0.0.3", "127.0.0.3");
  EXPECT_THAT(cluster({"plan", "one"}).errors,
              HasSubstr("hosts.yml:4:51: error: the API's address 127.0.0.3 is that of 'w1'\n"));
  write("127.0.0.2", "127.0.0.3");
  EXPECT_THAT(cluster({"plan", "one"}).errors, testing::Not(HasSubstr("the API's address")));
  desk_.write("group_vars/instance_two.yml",
              "kubernetes_endpoint: {name: api.two, address: 127.0.0.2, port: 6443}\n");
  desk_.write("hosts.yml", os::require_file(desk_.path() + "/hosts.yml") +
                               "instance_two: {hosts: {t1: {ansible_host: 127.0.0.5}}}\n"
                               "others: {children: {control: {hosts: {t1: }}}}\n");
  EXPECT_THAT(cluster({"plan", "one"}).errors,
              HasSubstr("the API's address 127.0.0.2 is that of instance 'two', too\n"));
  // Behind one load balancer; the port is a text, as a template has it.
  desk_.write("group_vars/instance_two.yml",
              "kubernetes_endpoint: {name: api.two, address: 127.0.0.2, port: \"8443\"}\n");
  EXPECT_THAT(cluster({"plan", "one"}).errors, testing::Not(HasSubstr("the API's address")));
}

TEST_F(ClusterCommands, TellOfAnIngressThatNoPoolHasAnAddressFor) {
  desk_.write("artifacts/hosts.yml", "artifacts: []\n");
  desk_.write("artifacts/hosts.lock", "format: 1\nartifacts: []\n");
  const std::string pools =
      "load_balancer_pools: [{name: a, visibility: inward, addresses: [10.0.0.8/30]}]\n";
  desk_.write("group_vars/instance_one.yml", "ingress_address: 10.0.9.9\n" + pools);
  EXPECT_THAT(cluster({"plan", "one"}).errors,
              HasSubstr("1:18: error: '10.0.9.9' is in none of 'load_balancer_pools'\n"));
  desk_.write("group_vars/instance_one.yml",
              "ingress_address: 10.0.9.9\ncomponents: {load_balancer: site}\n" + pools);
  EXPECT_THAT(cluster({"plan", "one"}).errors, testing::Not(HasSubstr("10.0.9.9")));
}

TEST_F(ClusterCommands, NameAVariableThatWasMeant) {
  desk_.write("hosts.yml",
              "instance_one:\n"
              "  vars:\n"
              "    kubernetes_verison: v1.34.4\n"
              "    pod_network: calico\n"
              "  hosts: {c1: {ansible_host: 127.0.0.2}}\n"
              "control: {hosts: {c1: }}\n");
  const Spoken told = cluster({"plan", "one"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors,
              HasSubstr("hosts.yml:3:5: error: c1: 'kubernetes_version' is missing: "));
  EXPECT_THAT(told.errors, HasSubstr("hint: 'kubernetes_verison' stands here: did you mean "
                                     "'kubernetes_version'?\n"));
  EXPECT_THAT(told.errors, HasSubstr("c1: 'kubernetes_endpoint' is missing: the name, the "));
  EXPECT_THAT(told.errors, HasSubstr("hosts.yml:4:18: error: 'pod_network' is one of "));
}

TEST_F(ClusterCommands, TakeNoVariableForItselfThatHasNothingBehindIt) {
  desk_.write("hosts.yml",
              "instance_one:\n"
              "  vars: {kubernetes_version: }\n"
              "  hosts: {c1: {ansible_host: 127.0.0.2}}\n"
              "control: {hosts: {c1: }}\n");
  EXPECT_THAT(cluster({"plan", "one"}).errors, HasSubstr("hint: kubernetes_version: v1.34.4\n"));
}

TEST_F(ClusterCommands, TellMistakesThatAreNoConsequenceOfOthers) {
  desk_.write("hosts.yml",
              "instance_one:\n"
              "  vars: {kubernetes_endpoint: {name: api.one, address: 127.0.0.2, port: 6443}}\n"
              "  hosts: {c1: {ansible_host: 127.0.0.2}, c2: {ansible_host: 127.0.0.3}}\n"
              "control: {hosts: {c1: , c2: }}\n");
  const Spoken told = cluster({"plan", "one"});
  EXPECT_THAT(told.errors, HasSubstr("c1: 'kubernetes_version' is missing: "));
  EXPECT_THAT(told.errors,
              HasSubstr("instance 'one' has 2 control-plane nodes; there may be 1, 3"));
  EXPECT_THAT(told.errors, HasSubstr("the API's address 127.0.0.2 is that of 'c1'\n"));
}

TEST_F(ClusterCommands, NameTheInstanceThatWasMeant) {
  const Spoken told = cluster({"status", "ome"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("did you mean 'one'?"));
}

TEST_F(ClusterCommands, SayWhatIsMissingBeforeAnyNodeIsTouched) {
  const Spoken told = cluster({"plan", "one"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("no list of artefacts lies beside the inventory"));
}

TEST_F(ClusterCommands, UpgradeToReleasesAlone) {
  const Spoken told = cluster({"upgrade", "one", "--to", "9"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("'9' is no release of Kubernetes"));
}

TEST_F(ClusterCommands, DefragmentNoEtcdThatDoesNotAnswer) {
  desk_.write("artifacts/hosts.yml", "artifacts: []\n");
  desk_.write("artifacts/hosts.lock", "format: 1\nartifacts: []\n");
  const Spoken told = cluster({"etcd", "defragment", "one"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out, HasSubstr("against it: no member of etcd answers\n"));
}

TEST_F(ClusterCommands, RestoreNothingThatIsNotThere) {
  const Spoken told = cluster({"etcd", "restore", "one", "nowhere.db"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("there is no file '"));
}

TEST_F(ClusterCommands, RefuseASnapshotThatIsNotWhatItWas) {
  desk_.write("one.db", "other bytes");
  desk_.write("one.db.json",
              R"({"instance": "one", "sha256": "00", "taken": "2026-01-01T00:00:00Z"})");
  const Spoken told = cluster({"etcd", "restore", "one", "one.db"});
  EXPECT_EQ(told.status, cli::exit_usage);
  EXPECT_THAT(told.errors, HasSubstr("is not what it was: SHA-256"));
}

TEST_F(ClusterCommands, TellOfCertificatesThatCouldNotBeRead) {
  const Spoken told = cluster({"certs", "one"});
  EXPECT_EQ(told.status, cli::exit_not_so);
  EXPECT_THAT(told.out + told.errors, HasSubstr("'c1' does not answer"));
  const value::Value read = value::read_json(cluster({"certs", "one", "--json"}).out);
  EXPECT_THAT(read.find("silence")->find("c1")->text(), HasSubstr("connection refused"));
}

TEST_F(ClusterCommands, AskTheRegistrysNodeUnlessOthersLookAfterIt) {
  desk_.write("more.yml",
              "instance_one: {hosts: {r1: {ansible_host: 127.0.0.4, registry_kind: harbor}}}\n"
              "registry: {hosts: {r1: }}\n");
  const auto told = [] { return cluster({"certs", "one", "-i", "more.yml"}).out; };
  EXPECT_THAT(told(), testing::Not(HasSubstr("r1")));
  desk_.write("more.yml",
              "instance_one: {hosts: {r1: {ansible_host: 127.0.0.4}}}\n"
              "registry: {hosts: {r1: }}\n");
  EXPECT_THAT(told(), HasSubstr("'r1' does not answer"));
}

TEST_F(ClusterCommands, ExplainOwners) {
  const Spoken told = speak({"profile", "explain", "one", "-i", "hosts.yml"});
  EXPECT_EQ(told.status, cli::exit_fine);
  EXPECT_THAT(told.out, HasSubstr("'one' is for plain\n"));
  EXPECT_THAT(told.out, testing::ContainsRegex("cert_manager +absent "));
}

}  // namespace
}  // namespace provisioner::cluster

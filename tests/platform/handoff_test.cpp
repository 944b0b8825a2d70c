// The hand-over as a user types it, from an inventory of two nodes that nobody asks anything.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"
#include "provisioner/platform/gates/gate.h"
#include "tests/cli/spoken.h"

namespace provisioner::platform {
namespace {

using cli::Desk;
using cli::speak;
using cli::Spoken;
using testing::HasSubstr;
using testing::Not;

class Handoff : public testing::Test {
 protected:
  Handoff() {
    desk_.write("hosts.yml",
                "instance_main: {hosts: {n01: , n06: }}\ncontrol: {hosts: {n01: }}\nworker: "
                "{hosts: {n06: }}\n");
    desk_.write("group_vars/all.yml",
                "kubernetes_version: v1.34.4\ndb_password: Canary-123456\n"
                "kubernetes_endpoint: {name: api.example.org, address: 10.0.0.5, port: 6443}\n"
                "instance_domain: x.example.org\n"
                "components: {load_balancer: absent, ingress: absent}\n"
                "storage_classes: [{name: local-path, kind: local_path, default: true}]\n");
  }
  Spoken hand_over(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"handoff",   "plain", "main", "-i",
                                      "hosts.yml", "--out", "tree"};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }
  // As `gates run` would have kept it.
  void prove(std::chrono::hours ago) {
    std::string tried;
    for (const gates::Gate& gate : gates::gates_of(profile::Platform::plain))
      tried += std::string(tried.empty() ? "" : ", ") + R"({"id": ")" + std::string(gate.id) +
               R"(", "result": "passed", "blocks": false})";
    desk_.write("state/clusters/main/gates.json",
                R"({"instance": "main", "passed": true, "whole": true, "lock": "", "finished": ")" +
                    os::utc_text(os::system_clock().wall() - ago) + R"(", "gates": [)" + tried +
                    "]}");
  }
  std::string in_tree(const std::string& path) { return desk_.path() + "/tree/" + path; }

  Desk desk_;
};

TEST_F(Handoff, IsRefusedWithoutARecordOfGates) {
  const Spoken said = hand_over();
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: 'main' is not handed over: nobody has tried the gates of 'main'\n"
            "hint: provisioner gates run main; to look at the tree: --draft\n");
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, TakesGatesForAsLongAsTheInventorySaysAndTheCommandKnowsBetter) {
  prove(std::chrono::hours(48));
  EXPECT_EQ(hand_over().status, 0);
  desk_.write("group_vars/instance_main.yml", "gates_valid_hours: 24\n");
  EXPECT_THAT(hand_over().errors, HasSubstr("the gates of 'main' passed"));
  EXPECT_EQ(hand_over({"--gate-days", "3"}).status, 0);
  EXPECT_THAT(hand_over({"--gate-days", "1"}).errors, HasSubstr("the gates of 'main' passed"));
  EXPECT_THAT(hand_over({"--gate-days", "0"}).errors,
              HasSubstr("--gate-days: a number from 1 to 3650 is expected, not '0'\n"));
}

TEST_F(Handoff, MakesATreeThatVerifies) {
  const Spoken made = hand_over({"--draft"});
  ASSERT_EQ(made.status, 0) << made.errors;
  EXPECT_THAT(made.out, HasSubstr("1 manifest, a draft, signed"));
  const Spoken seen = speak({"handoff", "verify", "tree", "--key", in_tree("registry/cosign.pub")});
  EXPECT_EQ(seen.status, 0);
  EXPECT_THAT(seen.out, HasSubstr(", a draft, as they were signed"));
}

TEST_F(Handoff, HasTheAuthorityOfTheServerThatAnIssuerOfOursAsks) {
  desk_.write("acme.pem", "PEM");
  desk_.write("group_vars/instance_main.yml",
              "components: {load_balancer: absent, ingress: absent, cert_manager: provisioner}\n"
              "cert_manager_issuers: [{name: world, kind: acme, email: ops@example.org, server: "
              "\"https://acme.example.org/dir\", ca_file: \"" +
                  desk_.path() + "/acme.pem\"}]\n");
  const Spoken made = hand_over({"--draft"});
  ASSERT_EQ(made.status, 0) << made.errors;
  EXPECT_THAT(os::require_file(in_tree("tls/issuer.yaml")), HasSubstr("caBundle: UEVN"));
  os::remove_file(desk_.path() + "/acme.pem");
  const Spoken lacking = hand_over({"--draft"});
  EXPECT_EQ(lacking.status, 1);
  EXPECT_THAT(lacking.errors, HasSubstr("acme.pem"));
}

TEST_F(Handoff, FindsATreeThatWasChanged) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  os::write_file(in_tree("README.md"), "other");
  const Spoken seen = speak({"handoff", "verify", "tree"});
  EXPECT_EQ(seen.status, 2);
  EXPECT_EQ(seen.out, "'README.md' was changed\n");
}

TEST_F(Handoff, WritesNothingThatShowsASecret) {
  desk_.write("group_vars/instance_main.yml",
              "nfs_volumes: [{name: a, class: served, path: \"/{{ db_password }}\", size: 1Gi}]\n");
  const Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(
      said.errors,
      HasSubstr("'storage/volumes.yaml' would show 'db_password' at group_vars/all.yml:2:14"));
  EXPECT_THAT(said.errors, Not(HasSubstr("Canary-123456")));
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, ShowsNoSecretInWhatItTellsOfMistakesEither) {
  desk_.write("group_vars/instance_main.yml",
              "platform: phalanx\nphalanx: {vault_url: \"{{ db_password }}\"}\n");
  const Spoken said = speak({"handoff", "phalanx", "main", "-i", "hosts.yml", "--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("'***' is no URL"));
  EXPECT_THAT(said.errors, Not(HasSubstr("Canary-123456")));
}

TEST_F(Handoff, ReplacesABundleOfTheSameInstance) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  desk_.write("group_vars/instance_main.yml", "kubernetes_version: v1.34.5\n");
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  EXPECT_THAT(os::read_file(in_tree("README.md")).value_or(""), HasSubstr("Kubernetes v1.34.5"));
  os::remove_file(in_tree("checksums"));
  const Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("tree' is there, and is no bundle"));
}

TEST_F(Handoff, ReplacesNoFileThatSomebodyElseHasPutThere) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  os::write_file(in_tree("left-over"), "");
  EXPECT_EQ(hand_over({"--draft"}).errors,
            "error: '" + desk_.path() +
                "/tree' is not as it was written: 'left-over' was added\n"
                "hint: name another place with --out, or look at what it is and remove it\n");
  os::remove_file(in_tree("left-over"));
  os::write_file(in_tree("README.md"), "of somebody");
  EXPECT_THAT(hand_over({"--draft"}).errors, HasSubstr("'README.md' was changed"));
  EXPECT_EQ(os::read_file(in_tree("README.md")), "of somebody");
}

TEST_F(Handoff, ReplacesNoBundleOfAnotherInstance) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  desk_.write("hosts_qa.yml", "instance_qa: {hosts: {q01: }}\ncontrol: {hosts: {q01: }}\n");
  const Spoken said = speak({"handoff", "plain", "qa", "-i", "hosts.yml", "-i", "hosts_qa.yml",
                             "--out", "tree", "--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: '" + desk_.path() +
                "/tree' is the bundle of 'main', and not of 'qa'\n"
                "hint: name another place with --out, or look at what it is and remove it\n");
}

TEST_F(Handoff, SignsNoRecordThatNobodyCanMakeOut) {
  const std::string users = desk_.path() + "/state/clusters/main/users.json";
  desk_.write("state/clusters/main/users.json", "garbage\n");
  Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr(users + ":1:1: error: this is not JSON"));
  desk_.write("state/clusters/main/users.json",
              R"({"instance": "qa", "finished": "2026-11-29T17:00:00Z", "users": 0, "red": 0,)"
              R"( "pilots": [], "pilots_red": [], "issuer_faults": 0})");
  EXPECT_THAT(hand_over({"--draft"}).errors,
              HasSubstr(users + ":1:1: error: this record of users is of 'qa', and not of 'main'"));
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, SignsNoLockThatNobodyCanMakeOut) {
  desk_.write("instances/main.lock", "garbage: 1\n");
  EXPECT_THAT(
      hand_over({"--draft"}).errors,
      HasSubstr(desk_.path() + "/instances/main.lock:1:1: error: there is no key 'garbage'"));
  desk_.write("instances/main.lock", "instance: qa\nfrom: dev\n");
  EXPECT_THAT(hand_over({"--draft"}).errors,
              HasSubstr("this lock is of the instance 'qa', and not of 'main'"));
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, SignsNoAuthorityThatIsNone) {
  for (const char* text : {"garbage\n", ""}) {
    desk_.write("state/pki/ca.crt", text);
    EXPECT_THAT(hand_over({"--draft"}).errors,
                HasSubstr("error: '" + desk_.path() + "/state/pki/ca.crt' holds no certificate\n"));
  }
}

TEST_F(Handoff, IsADraftWhereTheRecordOfGatesCannotBeRead) {
  desk_.write("state/clusters/main/gates.json", "x");
  const std::string file = desk_.path() + "/state/clusters/main/gates.json:1:1: this is not JSON";
  Spoken said = hand_over();
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("error: 'main' is not handed over: the record of its gates "
                                     "cannot be read: " +
                                     file));
  said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.errors, HasSubstr("remark: this is a draft: the record of its gates cannot be "
                                     "read: " +
                                     file));
  EXPECT_THAT(os::read_file(in_tree("README.md")).value_or(""),
              HasSubstr("The record of its gates could not be read."));
}

TEST_F(Handoff, TellsWhatHasAnotherForm) {
  for (const auto& [variable, words] : std::vector<std::pair<std::string, std::string>>{
           {"local_volumes: {a: b}",
            "1:16: error: 'local_volumes' is a list of dicts, found a dict"},
           {"storage_classes: {a: b}",
            "1:18: error: 'storage_classes' is a list of dicts, found a dict"},
           {"nfs_volumes: text", "1:14: error: 'nfs_volumes' is a list of dicts, found a string"},
           {"load_balancer_pools: 3",
            "1:22: error: 'load_balancer_pools' is a list of dicts, found an integer"},
           {"nfs_mounts: 3", "1:13: error: 'nfs_mounts' is a list of dicts, found an integer"},
           {"ingress_is_default: maybe",
            "1:21: error: 'ingress_is_default' is true or false, found a string"},
           {"instance_domain: [x]", "1:18: error: 'instance_domain' is a text, found a list"},
           {"instance_domain: x_y.org", "1:18: error: 'x_y.org' is no name of DNS"},
           {"ingress_address: 10.70.3.299", "1:18: error: '10.70.3.299' is no IP address"},
           {"gates_valid_hours: 0",
            "1:20: error: 'gates_valid_hours' is a number from 1 to 87600, found '0'"},
           {"gate_waivers: [{gate: C-99, name: a, reason: b, until: 2026-12-31}]",
            "1:16: error: there is no gate 'C-99'"}}) {
    desk_.write("group_vars/instance_main.yml", variable + "\n");
    const Spoken said = hand_over({"--draft"});
    EXPECT_EQ(said.status, 1) << variable;
    EXPECT_THAT(said.errors, HasSubstr("group_vars/instance_main.yml:" + words)) << variable;
  }
  desk_.write(
      "group_vars/instance_main.yml",
      "components: {load_balancer: provisioner, ingress: absent}\nload_balancer_pools: 3\n");
  EXPECT_THAT(hand_over({"--draft"}).errors,
              HasSubstr("2:22: error: 'load_balancer_pools' is a list of dicts, found an integer"));
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, SignsNothingThatRolesWouldNotTake) {
  desk_.write("group_vars/instance_main.yml",
              "kubernetes_endpoint: {name: api.example.org, adress: 10.0.0.5}\n"
              "kubernetes_endpoint_by: keepalive\naccess: {namespaces: {portal: {aspct: a}}}\n");
  const Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("main.yml:1:46: error: there is no key 'adress' here\n"));
  EXPECT_THAT(said.errors, HasSubstr("main.yml:2:25: error: 'kubernetes_endpoint_by' is one of "));
  EXPECT_THAT(said.errors, HasSubstr("main.yml:3:32: error: there is no key 'aspct' here\n"));
  EXPECT_THAT(said.errors, HasSubstr("error: what the inventory says of 'main' cannot be\n"));
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, WritesNoPasswordOfAUrl) {
  desk_.write("group_vars/instance_main.yml",
              "qserv_operator_base: https://git:hunter22@git.example.org/base?ref=v1\n"
              "local_volumes: [{class: disk, path: /srv/a, size: 1Gi}]\n"
              "node_labels: {tier: worker}\n");
  const Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors, HasSubstr("'qserv/kustomization.yaml' would show 'qserv_operator_base' "
                                     "at group_vars/instance_main.yml:1:22"));
  EXPECT_THAT(said.errors, Not(HasSubstr("hunter22")));
}

TEST_F(Handoff, AsksTheClusterWhereItsPagesAreAndADraftSaysWhatNobodyTold) {
  desk_.write("group_vars/instance_main.yml",
              "ansible_host: \"127.0.0.{{ inventory_hostname[1:] | int }}\"\nansible_port: 1\n"
              "components: {load_balancer: absent, ingress: provisioner}\n");
  const Spoken draft = hand_over({"--draft"});
  ASSERT_EQ(draft.status, 0) << draft.errors;
  EXPECT_THAT(os::require_file(in_tree("network/dns.zone")),
              HasSubstr("; x.example.org. is not known yet: no node of the cluster has told at "
                        "which address the ingress is\n"));
  const Spoken said = hand_over();
  EXPECT_EQ(said.status, 1);
  EXPECT_EQ(said.errors,
            "error: no control-plane node of 'main' tells what vouches for its API\n"
            "hint: provisioner cluster status main\n");
}

TEST_F(Handoff, PrintsNoNameOfAFileAsItIs) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  os::write_file(in_tree("a\n\x1b[31mb"), "");
  EXPECT_EQ(speak({"handoff", "verify", "tree"}).out, "'a\\n\\x1b[31mb' was added\n");
}

TEST_F(Handoff, VerifiesNoTreeWithFoldersOfOthers) {
  ASSERT_EQ(hand_over({"--draft"}).status, 0);
  os::make_directories(in_tree("e/mpty"));
  EXPECT_EQ(speak({"handoff", "verify", "tree"}).out, "'e/mpty' was added\n");
}

TEST_F(Handoff, SaysWhereASignalEndsIt) {
  desk_.write("group_vars/instance_main.yml",
              "kubernetes_oidc: {issuer: \"https://id.example.org\", client: kubernetes}\n"
              "access: {roles: {ops: {groups: [ops], may: audit}}}\n"
              "ansible_ssh_common_args: \"-o ProxyCommand='sh -c \\\"kill -INT " +
                  std::to_string(::getpid()) + "; sleep 30\\\"'\"\n");
  const Spoken said = hand_over({"--draft"});
  EXPECT_EQ(said.status, 130);
  EXPECT_EQ(said.errors, "error: stopped: nothing was written\n");
  EXPECT_FALSE(os::exists(desk_.path() + "/tree"));
}

TEST_F(Handoff, OfAnotherPlatformSaysWhichItIs) {
  const Spoken said = speak({"handoff", "gen3", "main", "-i", "hosts.yml", "--draft"});
  EXPECT_EQ(said.status, 1);
  EXPECT_THAT(said.errors,
              HasSubstr("error: 'main' is for plain\nhint: provisioner handoff plain main"));
}

}  // namespace
}  // namespace provisioner::platform

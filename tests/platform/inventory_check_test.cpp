// `inventory check` looks at instances too, and at names of variables.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "small_site.h"

namespace provisioner::platform {
namespace {

using cli::speak;
using cli::Spoken;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class InventoryCheck : public testing::Test {
 protected:
  static Spoken check(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"inventory", "check", "-i", "hosts.yml"};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }

  SmallSite site_;
};

TEST_F(InventoryCheck, TellsHowManyInstancesItLookedAt) {
  const Spoken said = check();
  EXPECT_EQ(said.errors, "");
  EXPECT_EQ(said.out, "2 hosts in 5 groups, 1 instance, no mistakes\n");
  EXPECT_EQ(said.status, 0);
}

TEST_F(InventoryCheck, TellsProgramsOfPlacesToo) {
  site_.say("platform: gen33\nkubernetes_verson: 1.35.0\n");
  const Spoken said = check({"--json"});
  EXPECT_EQ(said.errors, "");
  EXPECT_THAT(said.out, AllOf(HasSubstr("\"hosts\": 2,"), HasSubstr("\"instances\": 1,"),
                              HasSubstr("\"message\": \"there is no platform 'gen33'\""),
                              HasSubstr("group_vars/instance_main.yml\""),
                              HasSubstr("\"column\": 11"), HasSubstr("\"line\": 2")));
  EXPECT_EQ(said.status, 2);
}

TEST_F(InventoryCheck, KeepsNothing) {
  check();
  EXPECT_FALSE(os::exists(site_.path("state/clusters")));
}

TEST_F(InventoryCheck, TellsAtOnceWhatSeveralCommandsWouldRefuse) {
  site_.say(
      "platform: gen33\n"
      "components: {ingres: site, load_balancer: absent}\n"
      "node_labels: {\"a b\": x}\n"
      "node_taints: [dedicated]\n"
      "gates_image: 3\n"
      "access: {namespaces: 3}\n");
  const Spoken said = check();
  EXPECT_EQ(said.status, 2);
  EXPECT_EQ(said.out, "");
  const std::string file = "group_vars/instance_main.yml:";
  EXPECT_THAT(
      said.errors,
      AllOf(HasSubstr(file + "1:11: error: there is no platform 'gen33'\n"),
            HasSubstr(file + "2:14: error: there is no component 'ingres'\n"),
            HasSubstr(file + "3:22: error: node 'n01': 'a b' cannot be the key of a label\n"),
            HasSubstr(file + "4:15: error: n01: a taint is KEY=VALUE:EFFECT or KEY:EFFECT"),
            HasSubstr(file + "5:14: error: 'gates_image' is a text, found an integer\n"),
            HasSubstr(file + "6:22: error: 'access.namespaces' is a dict, found an integer\n"),
            Not(HasSubstr("n06"))));
}

TEST_F(InventoryCheck, TellsWhatAPlatformIsToldWrongly) {
  site_.say("platform: gen3\ngen3: {hostnam: data.example.org}\n");
  const Spoken said = check();
  EXPECT_EQ(said.status, 2);
  EXPECT_THAT(said.errors,
              HasSubstr("instance_main.yml:2:8: error: there is no key 'hostnam' here"));
}

TEST_F(InventoryCheck, LeavesAPlatformOfWhichNothingIsSaid) {
  site_.say("platform: gen3\ngen3: {}\n");
  EXPECT_EQ(check().status, 0);
}

TEST_F(InventoryCheck, TellsWhatNoRoleCouldTake) {
  site_.say("container_runtime_packages: containerd\n");
  EXPECT_THAT(check().errors, HasSubstr("instance_main.yml:1:29: error: "
                                        "'container_runtime_packages' is a list, found a string"));
}

TEST_F(InventoryCheck, TellsThatNoRegistrySaysWhatIsVetted) {
  site_.say("container_runtime_registry: other.example.org:5000\nadmission_vetted_only: true\n");
  EXPECT_THAT(check().errors,
              HasSubstr("instance_main.yml:2:24: error: instance 'main' is to run vetted images "
                        "alone, and no registry of the inventory says which these are\n"));
  site_.desk().write("registry.yml",
                     "registry: {hosts: {r01: {registry_name: other.example.org, "
                     "ansible_host: 127.0.0.5}}}\n");
  EXPECT_EQ(check({"-i", "registry.yml"}).status, 0);
}

TEST_F(InventoryCheck, TellsOfALockThatNobodyCanMakeOut) {
  site_.desk().write("instances/main.lock", "garbage: 1\n");
  EXPECT_THAT(check().errors,
              HasSubstr("instances/main.lock:1:1: error: there is no key 'garbage' here\n"));
}

TEST_F(InventoryCheck, TellsWhatARegistryCannotHave) {
  site_.desk().write("registry.yml",
                     "registry: {hosts: {r01: {registry_name: other.example.org, "
                     "registry_port: 70000, ansible_host: 127.0.0.5}}}\n");
  EXPECT_THAT(check({"-i", "registry.yml"}).errors,
              HasSubstr("error: r01: 'registry_port' is a port, 1 to 65535\n"));
}

TEST_F(InventoryCheck, ShowsNoPasswordThatStandsInAUrl) {
  site_.say("registry_name: https://robot:hunter22@registry.example.org\n");
  for (const std::vector<std::string>& form : {std::vector<std::string>{}, {"--json"}}) {
    const Spoken said = check(form);
    EXPECT_THAT(said.out + said.errors,
                AllOf(HasSubstr("is no name of DNS and no address"), Not(HasSubstr("hunter22"))));
  }
}

TEST_F(InventoryCheck, TellsAStageThatThereIsNot) {
  site_.say("stage_name: qaa\n");
  EXPECT_THAT(check().errors, HasSubstr("instance_main.yml:1:13: error: there is no stage 'qaa'"));
}

TEST_F(InventoryCheck, NamesTheInstanceThatLacksSomething) {
  site_.say("components: {ingress: absent}\n");
  EXPECT_THAT(check().errors, HasSubstr("error: 'load_balancer' is ours, and the inventory has no "
                                        "'load_balancer_pools'\n"
                                        "while checking instance 'main'\n"));
}

TEST_F(InventoryCheck, TellsATemplateThatCannotBeEvaluatedAndNothingThatLacksByIt) {
  site_.say("kubernetes_version: \"{{ nowhere }}\"\n");
  const Spoken said = check();
  EXPECT_THAT(said.errors, HasSubstr("instance_main.yml:1:25: error: 'nowhere' is undefined"));
  EXPECT_THAT(said.errors, HasSubstr("\n1 error\n"));
}

TEST_F(InventoryCheck, TellsAPlaceThatInstancesShareOnce) {
  site_.desk().write("hosts_qa.yml",
                     "instance_qa: {hosts: {q01: {ansible_host: 127.0.0.4}}}\n"
                     "control: {hosts: {q01: }}\n");
  site_.desk().write("group_vars/control.yml", "gates_image: 3\n");
  site_.desk().write("group_vars/instance_qa.yml",
                     "kubernetes_endpoint: {name: api.qa, address: 10.0.0.6, port: 6443}\n");
  EXPECT_THAT(check({"-i", "hosts_qa.yml"}).errors, HasSubstr("\n1 error\n"));
}

TEST_F(InventoryCheck, LeavesMachinesThatAreInNoClusterYet) {
  site_.desk().write("hosts_qa.yml", "instance_qa: {hosts: {q01: {ansible_host: 127.0.0.4}}}\n");
  EXPECT_EQ(check({"-i", "hosts_qa.yml"}).out, "3 hosts in 6 groups, 1 instance, no mistakes\n");
}

TEST_F(InventoryCheck, LeavesAnInstanceWhoseNodesALayerAboveMadeAnothers) {
  site_.desk().write("lab.yml", "instance_lab: {hosts: {n01: , n06: }}\n");
  site_.desk().write("group_vars/instance_lab.yml",
                     "ansible_group_priority: 9\ninstance_name: lab\n");
  EXPECT_EQ(check({"-i", "lab.yml"}).out, "2 hosts in 6 groups, 1 instance, no mistakes\n");
}

TEST_F(InventoryCheck, WarnsOfVariablesThatAreNamedAlmostRight) {
  site_.say("gates_iamge: x\nnode_label: {a: b}\ngates_log_query: x\nours: 1\n");
  const Spoken said = check();
  EXPECT_EQ(said.status, 0);
  EXPECT_EQ(
      said.errors,
      "group_vars/instance_main.yml:1:1: warning: nothing that was looked at uses 'gates_iamge'\n"
      "    1 | gates_iamge: x\n"
      "      | ^\n"
      "hint: did you mean 'gates_image'?\n\n"
      "group_vars/instance_main.yml:2:1: warning: nothing that was looked at uses 'node_label'\n"
      "    2 | node_label: {a: b}\n"
      "      | ^\n"
      "hint: did you mean 'node_labels'?\n\n"
      "group_vars/instance_main.yml:3:1: warning: nothing that was looked at uses "
      "'gates_log_query'\n"
      "    3 | gates_log_query: x\n"
      "      | ^\n"
      "hint: did you mean 'gates_logs_query'?\n\n");
  EXPECT_EQ(said.out, "2 hosts in 5 groups, 1 instance, no mistakes, 3 warnings\n");
}

TEST_F(InventoryCheck, LeavesVariablesThatSomethingUses) {
  site_.say("gates_iamge: x\nnode_label: y\ngates_image: \"{{ gates_iamge }}\"\n");
  site_.desk().write("site.yml", "- hosts: all\n  tasks: [{debug: {var: node_label}}]\n");
  EXPECT_EQ(check().errors, "");
}

TEST_F(InventoryCheck, LeavesVariablesOfAnotherProject) {
  site_.desk().write("other/hosts.yml", "all: {hosts: {n01: }, vars: {gates_iamge: x}}\n");
  const Spoken said = speak({"inventory", "check", "-i", "other/hosts.yml"});
  EXPECT_EQ(said.errors, "");
}

}  // namespace
}  // namespace provisioner::platform

// What kubectl and the nodes tell.

#include "provisioner/cluster/kubernetes/read_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "provisioner/base/base/error.h"

namespace provisioner::kubernetes {
namespace {

// Shortened to what is read, as API servers of 1.34 have it.
constexpr const char* two_nodes = R"({"apiVersion":"v1","kind":"List","items":[
  {"apiVersion":"v1","kind":"Node",
   "metadata":{"name":"cp1","labels":{"kubernetes.io/hostname":"cp1",
               "node-role.kubernetes.io/control-plane":""},
               "annotations":{"node.alpha.kubernetes.io/ttl":"0","provisioner/away":"drained",
               "provisioner/labels":"site/rack","provisioner/taints":"a:NoExecute,b:NoSchedule"}},
   "spec":{"podCIDR":"10.244.0.0/24","unschedulable":true,
           "taints":[{"effect":"NoSchedule","key":"node-role.kubernetes.io/control-plane"},
                     {"effect":"NoExecute","key":"a","value":"b"}]},
   "status":{"conditions":[{"type":"MemoryPressure","status":"False"},
                           {"type":"Ready","status":"True"}],
             "nodeInfo":{"kubeletVersion":"v1.34.4","architecture":"amd64"}}},
  {"metadata":{"name":"w1"},"spec":{},
   "status":{"conditions":[{"type":"Ready","status":"Unknown",
                            "lastTransitionTime":"2026-11-30T07:20:00Z"}],
             "nodeInfo":{"kubeletVersion":"v1.33.13"}}}]})";

value::Dict facts() {
  return {{"kubeadm", "v1.34.4"},      {"kubelet", "1.34.4"}, {"control_plane", value::Value()},
          {"runtime", true},           {"preflight", false},  {"init", false},
          {"upgrading", false},        {"manifests", false},  {"kubelet_config", true},
          {"etcd_data", false},        {"restore", ""},       {"renewing", false},
          {"ca", std::string(64, 'a')}};
}

// Seconds after the node of that text was seen to be no more ready.
std::chrono::sys_seconds after(int seconds) {
  using namespace std::chrono;
  return sys_days(2026y / November / 30) + hours(7) + minutes(20) + std::chrono::seconds(seconds);
}

std::string told_wrong(const std::function<void()>& act) {
  try {
    act();
  } catch (const base::Error& error) {
    return error.message();
  }
  return "nothing was wrong";
}

TEST(ReadNodes, ReadsWhatTheApiHas) {
  const auto nodes = read_listed_nodes(two_nodes, after(90));
  ASSERT_EQ(nodes.size(), 2U);
  const ListedNode& control = nodes.at("cp1");
  EXPECT_TRUE(control.is_ready && control.is_cordoned && control.is_control());
  EXPECT_EQ(control.away, Away::drained);
  EXPECT_EQ(control.kubelet, (Version{1, 34, 4}));
  ASSERT_EQ(control.taints.size(), 2U);
  EXPECT_EQ(control.taints[1].text(), "a=b:NoExecute");
  EXPECT_THAT(control.own_labels, testing::ElementsAre("site/rack"));
  EXPECT_THAT(control.own_taints, testing::ElementsAre("a:NoExecute", "b:NoSchedule"));
  EXPECT_EQ(control.taints[1].key_and_effect(), "a:NoExecute");
  const ListedNode& worker = nodes.at("w1");
  EXPECT_FALSE(worker.is_ready || worker.is_cordoned || worker.is_control());
  EXPECT_EQ(worker.away, Away::no);
  EXPECT_EQ(control.unready_for, std::nullopt);
  EXPECT_EQ(worker.unready_for, std::chrono::seconds(90));
}

TEST(ReadNodes, DrainsANodeAgainThatSomebodyHasUncordoned) {
  std::string text = two_nodes;
  text.replace(text.find("\"unschedulable\":true"), 20, "\"unschedulable\":null");
  EXPECT_EQ(read_listed_nodes(text, after(90)).at("cp1").away, Away::draining);
}

TEST(ReadNodes, TakesACordonForADrainOnlyWhileNobodyCouldEndAPod) {
  std::string text = two_nodes;
  text.replace(text.find("\"drained\""), 9, "\"cordoned\"");
  EXPECT_EQ(read_listed_nodes(text, after(90)).at("cp1").away, Away::draining);
  text.replace(text.find("\"True\""), 6, "\"False\"");
  EXPECT_EQ(read_listed_nodes(text, after(90)).at("cp1").away, Away::drained);
}

TEST(ReadNodes, KnowsNoAgeThatNobodyTold) {
  EXPECT_EQ(read_listed_nodes(two_nodes, std::nullopt).at("w1").unready_for, std::nullopt);
  std::string text = two_nodes;
  text.replace(text.find("2026-11-30"), 10, "yesterday.");
  EXPECT_EQ(read_listed_nodes(text, after(90)).at("w1").unready_for, std::nullopt);
}

TEST(ReadNodes, NamesKubectlWhereItTellsSomethingElse) {
  EXPECT_EQ(told_wrong([] { read_listed_nodes(R"({"kind":"Status"})", {}); }),
            "'kubectl get nodes' told no list of 'items'");
  EXPECT_EQ(told_wrong([] { read_listed_nodes(R"({"items":[{}]})", {}); }),
            "'kubectl get nodes' told a node without a name");
  EXPECT_EQ(told_wrong([] {
              read_listed_nodes(R"({"items":[{"metadata":{"name":"a","labels":{"x":1}}}]})", {});
            }),
            "'kubectl get nodes' told a label that is no text");
}

TEST(ReadNodes, ReadsWhatANodeSaysOfItself) {
  const NodeSight seen = read_node("n01", facts());
  EXPECT_TRUE(seen.answers && seen.has_runtime && seen.has_kubelet_config);
  EXPECT_FALSE(seen.has_manifests || seen.has_etcd_data || seen.is_preflight_passed);
  EXPECT_EQ(seen.etcd_process, 0);
  EXPECT_EQ(seen.kubeadm, (Version{1, 34, 4}));
  EXPECT_EQ(seen.control_plane, std::nullopt);
  EXPECT_EQ(seen.ca, std::string(64, 'a'));
  EXPECT_TRUE(seen.has_traces());
}

TEST(ReadNodes, GuessesNothingThatANodeDidNotSay) {
  value::Dict lacking = facts();
  lacking.erase("etcd_data");
  EXPECT_EQ(told_wrong([&] { read_node("n01", lacking); }),
            "'n01': the facts of its part in the cluster lack 'etcd_data', true or false");
  value::Dict short_ca = facts();
  short_ca.set("ca", "abc");
  EXPECT_EQ(told_wrong([&] { read_node("n01", short_ca); }),
            "'n01': the facts of its part in the cluster lack 'ca', a SHA-256 or an empty text");
  value::Dict odd = facts();
  odd.set("kubelet", "unknown");
  EXPECT_EQ(told_wrong([&] { read_node("n01", odd); }),
            "'n01': the facts of its part in the cluster have a 'kubelet' that is no release");
  EXPECT_EQ(told_wrong([] { read_node("n01", value::Value("text")); }),
            "'n01': the facts of its part in the cluster are no dict");
}

}  // namespace
}  // namespace provisioner::kubernetes

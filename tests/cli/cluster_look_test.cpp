#include "provisioner/front/cli/cluster_look.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/json.h"
#include "provisioner/cluster/kubernetes/read_nodes.h"
#include "provisioner/front/cli/cluster_look_script.h"

namespace provisioner::cli {
namespace {

using testing::ElementsAre;
using testing::Pair;

// A node that has nothing of a cluster.
value::Value facts_of_nothing() {
  value::Dict facts{{"restore", ""}, {"ca", ""}};
  for (const char* key : {"runtime", "preflight", "init", "upgrading", "renewing", "manifests",
                          "kubelet_config", "etcd_data"})
    facts.set(key, false);
  return value::Value(std::move(facts));
}

TEST(ClusterLook, TakesWhatANodeSaysApart) {
  EXPECT_THAT(
      sections_of("noise\n== facts\n{}\n== members\none\ntwo\n== status\n"),
      ElementsAre(Pair("facts", "{}\n"), Pair("members", "one\ntwo\n"), Pair("status", "")));
}

TEST(ClusterLook, ScriptTellsOfANodeWithoutAClusterWhatTheModelReads) {
  const os::CommandResult result =
      os::run({.argv = {"sh", "-c", std::string(cluster_look_script())},
               .environment = {{"PATH", "/bin"}}});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto sections = sections_of(result.out);
  ASSERT_TRUE(sections.contains("facts")) << result.out;
  const kubernetes::NodeSight seen =
      kubernetes::read_node("n01", value::read_json(sections.at("facts"), "<facts>"));
  EXPECT_TRUE(seen.answers);
  EXPECT_FALSE(seen.has_traces());
  EXPECT_FALSE(seen.is_init_complete);
}

TEST(ClusterLook, AsksForCertificatesWhereTheyAreWanted) {
  const auto sections = [](std::vector<std::pair<std::string, std::string>> environment) {
    environment.emplace_back("PATH", "/bin");
    const os::CommandResult result =
        os::run({.argv = {"sh", "-c", look_script()}, .environment = std::move(environment)});
    EXPECT_EQ(result.status, 0) << result.err;
    return sections_of(result.out);
  };
  EXPECT_TRUE(sections({{"CERTIFICATES", "yes"}}).contains("certificates"));
  EXPECT_FALSE(sections({}).contains("certificates"));
  EXPECT_FALSE(sections({{"CERTIFICATES", ""}}).contains("certificates"));
}

TEST(ClusterLook, ReadsCertificatesOfEachNode) {
  const auto said = [](const std::string& more) {
    return "== facts\n" + value::write_json(facts_of_nothing()) + "\n== certificates\n" + more;
  };
  const kubernetes::ClusterSight sight =
      sight_of({{"n01", said("/a.crt\t1\t2\tCN=a\tkubeadm\n")}, {"n02", said("")}});
  ASSERT_EQ(sight.certificates.size(), 1U);
  EXPECT_EQ(sight.certificates[0].node, "n01");
}

TEST(ClusterLook, TellsOfBudgetsAndOfAlarmsThatNoMemberHas) {
  const kubernetes::ClusterSight sight = sight_of(
      {{"n01",
        "== facts\n" + value::write_json(facts_of_nothing()) +
            "\n== members\n"
            R"({"header":{"cluster_id":1,"member_id":2},"members":[{"ID":2,"name":"n01"}]})"
            "\n== status\n"
            R"([{"Status":{"header":{"member_id":2},"errors":["memberID:7 alarm:CORRUPT "]}}])"
            "\n== nodes\n{\"items\":[]}\n== budgets\ndb\tb\t0\t1\t1\t1\t\t{}\n"
            "== pods\ndb\tp\tw1\t\t\t\tTrue\t\n"}});
  EXPECT_THAT(sight.etcd->left_alarms, ElementsAre(kubernetes::MemberId{7}));
  ASSERT_EQ(sight.held_pods.size(), 1U);
  EXPECT_EQ(sight.held_pods[0].pod, "db/p");
}

TEST(ClusterLook, ScriptWaitsAsManyTimesLongerAsItIsTold) {
  const os::TemporaryDirectory folder;
  // In the place of kubeadm it says how long it would have waited.
  os::write_file(folder.path() + "/timeout", "#!/bin/sh\necho v1.0.$1\n", 0755);
  const auto kubeadm = [&](std::vector<std::pair<std::string, std::string>> environment) {
    environment.emplace_back("PATH", folder.path() + ":/bin");
    const os::CommandResult result =
        os::run({.argv = {"sh", "-c", std::string(cluster_look_script())},
                 .environment = std::move(environment)});
    return value::text_or(value::read_json(sections_of(result.out).at("facts"), "<facts>"),
                          "kubeadm", "");
  };

  EXPECT_EQ(kubeadm({}), "v1.0.10");
  EXPECT_EQ(kubeadm({{"DEADLINE_FACTOR", "6"}}), "v1.0.60");
}

}  // namespace
}  // namespace provisioner::cli

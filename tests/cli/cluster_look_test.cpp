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

TEST(ClusterLook, ScriptWaitsAsManyTimesLongerAsItIsTold) {
  const os::TemporaryDirectory folder;
  // In the place of kubeadm it says how long it would have waited.
  os::write_file(folder.path() + "/timeout", "#!/bin/sh\necho v1.0.$1\n", 0755);
  const auto kubeadm = [&](std::vector<std::pair<std::string, std::string>> environment) {
    environment.emplace_back("PATH", folder.path() + ":/bin");
    const os::CommandResult result =
        os::run({.argv = {"sh", "-c", std::string(cluster_look_script())},
                 .environment = std::move(environment)});
    return value::text_or(
        value::read_json(sections_of(result.out).at("facts"), "<facts>"), "kubeadm", "");
  };

  EXPECT_EQ(kubeadm({}), "v1.0.10");
  EXPECT_EQ(kubeadm({{"DEADLINE_FACTOR", "6"}}), "v1.0.60");
}

}  // namespace
}  // namespace provisioner::cli

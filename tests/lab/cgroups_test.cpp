// The groups of a lab's nodes, in the hierarchies that this machine has.

#include "provisioner/machine/lab/cgroups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/os/files.h"

namespace provisioner::lab {
namespace {

using testing::IsSubsetOf;

class LabCgroups : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "control groups need root";
  }
  void TearDown() override { Cgroups(name, Hierarchies::all).remove_all(); }

  // "cpuset", "memory": where a group of this name is.
  static std::vector<std::string> hierarchies_with(const std::string& group) {
    std::vector<std::string> found;
    for (const std::string& hierarchy : os::entries("/sys/fs/cgroup"))
      if (os::is_directory("/sys/fs/cgroup/" + hierarchy + "/" + group)) found.push_back(hierarchy);
    return found;
  }

  const std::string name = "provisioner-test-" + std::to_string(::getpid());
};

TEST_F(LabCgroups, AreInTheNamingHierarchiesOfAPlainLab) {
  if (Cgroups::layout() != "hybrid") GTEST_SKIP() << "there is one hierarchy for all";

  Cgroups(name).make("n01");

  EXPECT_EQ(hierarchies_with(name + "/n01/machine"),
            (std::vector<std::string>{"systemd", "unified"}));
}

TEST_F(LabCgroups, AreInThoseOfTheControllersTooWhereNodesRunContainers) {
  if (Cgroups::layout() != "hybrid") GTEST_SKIP() << "there is one hierarchy for all";

  Cgroups(name, Hierarchies::all).make("n01");

  EXPECT_THAT((std::vector<std::string>{"cpu", "cpuset", "memory", "systemd", "unified"}),
              IsSubsetOf(hierarchies_with(name + "/n01/machine")));
  EXPECT_EQ(os::read_file("/sys/fs/cgroup/cpuset/" + name + "/n01/machine/cpuset.cpus"),
            os::read_file("/sys/fs/cgroup/cpuset/cpuset.cpus"));
}

TEST_F(LabCgroups, GoWithWhatContainersHaveMadeInThem) {
  const Cgroups cgroups(name, Hierarchies::all);
  cgroups.make("n01");
  const std::string hierarchy = Cgroups::layout() == "hybrid" ? "memory/" : "";
  os::make_directories("/sys/fs/cgroup/" + hierarchy + name + "/n01/machine/kubepods/pod1");

  cgroups.remove_all();

  EXPECT_FALSE(cgroups.is_there());
}

}  // namespace
}  // namespace provisioner::lab

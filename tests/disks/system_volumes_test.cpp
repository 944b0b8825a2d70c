// One contract, held against md where the machine has it and against what stands for it.
#include "provisioner/node/disks/system_volumes.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/node/disks/partitions.h"
#include "tests/support/fake_mdadm.h"
#include "tests/support/loop_device.h"

namespace provisioner::disks {
namespace {

constexpr std::uint64_t one_mib = 1 << 20, disk_length = 64 * one_mib;

class Volumes : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0 || !os::exists("/dev/loop-control"))
      GTEST_SKIP() << "a block device needs root and the kernel's loop driver";
    const bool is_real = GetParam() == std::string("md");
    if (is_real && !has_md()) GTEST_SKIP() << "this machine has no mdadm or no driver for it";
    if (!is_real) fake.emplace(directory.path() + "/bin");
    if (is_real) arrays = "/dev/md";
    table.root = {1, one_mib, 32 * one_mib};
    table.cache = {2, 33 * one_mib, 16 * one_mib};
    table.partitions = {table.root, table.cache};
    for (const char* name : {"/one", "/two"}) {
      os::write_file(directory.path() + name, "");
      ASSERT_EQ(::truncate((directory.path() + name).c_str(), disk_length), 0);
    }
    one.emplace(directory.path() + "/one");
    two.emplace(directory.path() + "/two");
    for (const std::string& disk : both()) announce_partitions(disk, table.partitions);
  }

  std::vector<std::string> both() const { return {one->path(), two->path()}; }

  std::string first_bytes(const std::string& device) {
    return os::run_checked({.argv = {"dd", "if=" + device, "bs=5", "count=1", "status=none"}});
  }

  os::TemporaryDirectory directory;
  std::optional<FakeMdadm> fake;
  std::string arrays = directory.path() + "/md";
  GrownTable table;
  std::optional<LoopDevice> one, two;
};

TEST_P(Volumes, AreThePartitionsOfASingleDisk) {
  SystemVolumes volumes({one->path()}, table, arrays);
  EXPECT_EQ(volumes.root(), one->path() + "p1");
  EXPECT_EQ(volumes.cache(), one->path() + "p2");
}

TEST_P(Volumes, AreMirrorsOfWhichEitherHalfHasAllOnceTheyAreReleased) {
  SystemVolumes volumes(both(), table, arrays);
  for (const std::string& volume : {volumes.root(), volumes.cache()})
    os::run_checked({.argv = {"dd", "of=" + volume, "conv=fsync", "status=none"},
                     .input = "hello"});
  volumes.release();
  for (const std::string& disk : both())
    for (const int number : {1, 2})
      EXPECT_EQ(first_bytes(partition_path(disk, number)), "hello") << disk << number;
}

TEST_P(Volumes, AreSmallerThanTheirPartitions) {
  const SystemVolumes volumes(both(), table, arrays);
  const std::string size =
      os::run_checked({.argv = {"blockdev", "--getsize64", volumes.root()}});
  EXPECT_LT(std::stoull(size), table.root.size);
  EXPECT_GT(std::stoull(size), table.root.size - one_mib);
}

TEST_P(Volumes, LeaveTheDisksFreeWhereOneOfThemCannotBeMade) {
  announce_partitions(two->path(), {table.root});
  EXPECT_THROW(SystemVolumes(both(), table, arrays), base::Error);
  announce_partitions(one->path(), table.partitions);  // would be refused while it is in use
}

TEST_P(Volumes, AreThereWithoutACache) {
  table.cache = {};
  EXPECT_EQ(SystemVolumes(both(), table, arrays).cache(), "");
}

INSTANTIATE_TEST_SUITE_P(Both, Volumes, testing::Values("md", "fake"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace provisioner::disks

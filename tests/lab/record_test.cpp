// What a lab remembers of itself.

#include "provisioner/machine/lab/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"

namespace provisioner::lab {
namespace {

TEST(Record, IsReadAsItWasWritten) {
  const os::TemporaryDirectory folder;
  Record record;
  record.directory = folder.path();
  record.bridge = "provlab7";
  record.gateway = "10.79.7.1/24";
  record.cgroup = "provisioner-lab-0123abcd";
  record.has_python = true;
  record.is_cluster = true;
  record.nodes = {{"n01", "10.79.7.11"}};

  write_record(record);
  const auto read = read_record(folder.path());

  ASSERT_TRUE(read);
  EXPECT_EQ(read->bridge, "provlab7");
  EXPECT_EQ(read->controller(), "10.79.7.1");
  EXPECT_EQ(read->cgroup, "provisioner-lab-0123abcd");
  EXPECT_TRUE(read->has_python);
  EXPECT_TRUE(read->is_cluster);
  EXPECT_FALSE(read->is_going);
  ASSERT_NE(read->find("n01"), nullptr);
  EXPECT_EQ(read->find("n01")->address, "10.79.7.11");
}

TEST(Record, KeepsTheSizeOfItsMachines) {
  const os::TemporaryDirectory folder;
  Record record;
  record.directory = folder.path();
  Machine machine;
  machine.name = "n01";
  machine.memory_mib = 3072;
  machine.processors = 2;
  record.machines = {machine};

  write_record(record);
  const auto read = read_record(folder.path());

  ASSERT_TRUE(read);
  ASSERT_EQ(read->machines.size(), 1U);
  EXPECT_EQ(read->machines[0].memory_mib, 3072);
  EXPECT_EQ(read->machines[0].processors, 2);
}

// One that was written before machines had sizes.
TEST(Record, HasMachinesOfOneProcessorWhereNothingElseIsSaid) {
  const os::TemporaryDirectory folder;
  os::write_file(os::join_path(folder.path(), "lab.json"), R"({"machines": [{"name": "n01"}]})");

  const auto read = read_record(folder.path());

  ASSERT_TRUE(read);
  ASSERT_EQ(read->machines.size(), 1U);
  EXPECT_EQ(read->machines[0].processors, 1);
}

// One that was written before there were labs for clusters.
TEST(Record, IsOfAPlainLabWhereNothingElseIsSaid) {
  const os::TemporaryDirectory folder;
  os::write_file(os::join_path(folder.path(), "lab.json"), R"({"bridge": "provlab0"})");

  const auto read = read_record(folder.path());

  ASSERT_TRUE(read);
  EXPECT_FALSE(read->is_cluster);
  EXPECT_FALSE(read->has_python);
}

}  // namespace
}  // namespace provisioner::lab

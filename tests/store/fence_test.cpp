// The numbers of the locks, and who counts them.

#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/base/store/database.h"
#include "provisioner/base/store/run_store.h"
#include "tests/store/earlier_version.h"

namespace provisioner::store {
namespace {

class Fences : public testing::Test {
 protected:
  std::string path() const { return directory_.path() + "/state"; }
  static std::uint64_t fence_of_a_new_run(const std::string& path) {
    RunStore store = RunStore::open(path);
    const std::string run = store.begin_run({"run site.yml", "alice@ctl1", value::Value()});
    const std::uint64_t fence = store.lock(run, {"n01"}).front().fence;
    store.unlock(run);
    return fence;
  }

  os::TemporaryDirectory directory_{"provisioner-fences"};
};

TEST_F(Fences, AreCountedByAStoreThatKeepsItsName) {
  const std::string id = RunStore::open(path()).id();
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(RunStore::open(path()).id(), id);
  EXPECT_NE(RunStore::open(directory_.path() + "/another").id(), id);
}

TEST_F(Fences, AreCountedByANameInAStoreOfAnEarlierVersionToo) {
  {
    Database database = Database::open(path());
    make_second_version(database);
  }
  const std::string id = RunStore::open(path()).id();
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(RunStore::open(path()).id(), id);
}

// Nodes remember the numbers that were given out since the backup was made.
TEST_F(Fences, RiseFurtherWhenTheStoreIsPutBackFromABackup) {
  const std::string backup = directory_.path() + "/backup";
  fence_of_a_new_run(path());
  os::make_directories(backup, 0700);
  Database::open(path()).execute("VACUUM INTO '" + backup + "/state.db'");
  fence_of_a_new_run(path());
  const std::uint64_t last = fence_of_a_new_run(path());

  EXPECT_GT(fence_of_a_new_run(backup), last);
}

TEST_F(Fences, RiseWhereTheClockWentBack) {
  Database::open(path()).execute("INSERT INTO fences VALUES (4000000000000000)");  // in 2096
  EXPECT_EQ(fence_of_a_new_run(path()), 4000000000000001U);
  EXPECT_EQ(fence_of_a_new_run(path()), 4000000000000002U);
}

}  // namespace
}  // namespace provisioner::store

// Nodes that cannot stand in for others.

#include "provisioner/machine/reimage/away_nodes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/machine/reimage/guard_lock.h"

namespace provisioner::reimage {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(AwayNodes, AreThoseWithAJobOnTheWayToServiceOrInMaintenance) {
  const os::TemporaryDirectory directory;
  store::NodeRecords records = store::NodeRecords::open(directory.path());
  store::BootJobs jobs = store::BootJobs::open(directory.path());
  jobs.begin("n01", "7", value::Dict{});
  records.put_state({"n01", "in service", "", "alice@ctl1", {}});
  records.put_state({"n02", "writing", "", "boot service", {}});
  records.put_state({"n03", "in service", "", "alice@ctl1", {}});
  records.put_state({"n04", "maintenance", "a DIMM", "alice@ctl1", {}});
  records.put_state({"n05", "failed", "", "alice@ctl1", {}});

  EXPECT_THAT(away_nodes(records, jobs),
              ElementsAre(Pair("n01", "has a boot job of run 7"), Pair("n02", "is 'writing'"),
                          Pair("n04", "is 'maintenance'")));
}

TEST(TheGuardsLock, IsHeldByOneAtATime) {
  const os::TemporaryDirectory directory;
  const metal::Pause never = [](std::chrono::milliseconds) { FAIL() << "nobody holds it"; };
  const auto go_on = [] { return false; };
  const auto stop = [] { return true; };
  {
    const os::Descriptor first =
        hold_guards(directory.path(), os::system_clock(), never, go_on);
    EXPECT_THROW(hold_guards(directory.path(), os::system_clock(), never, stop), std::exception);
  }
  EXPECT_TRUE(hold_guards(directory.path(), os::system_clock(), never, go_on).is_open());
}

}  // namespace
}  // namespace provisioner::reimage

// When a cluster was made another one.

#include "provisioner/front/cluster/cluster_change.h"

#include <gtest/gtest.h>

#include "provisioner/base/os/clock.h"
#include "tests/cli/spoken.h"

namespace provisioner::cluster {
namespace {

class ClusterChange : public testing::Test {
 protected:
  std::chrono::sys_seconds begun_ =
      std::chrono::floor<std::chrono::seconds>(os::system_clock().wall());
  cli::Desk desk_;
};

TEST_F(ClusterChange, IsNotKnownBeforeThereWasOne) {
  EXPECT_EQ(last_change(desk_.path()), std::nullopt);
  begin_change(desk_.path());
  end_change(desk_.path(), false);
  EXPECT_EQ(last_change(desk_.path()), std::nullopt);
}

TEST_F(ClusterChange, IsRememberedOnceItWasMade) {
  begin_change(desk_.path());
  end_change(desk_.path(), true);
  const auto made = last_change(desk_.path());
  ASSERT_TRUE(made);
  EXPECT_GE(*made, begun_);
  begin_change(desk_.path());
  end_change(desk_.path(), false);
  EXPECT_EQ(last_change(desk_.path()), made);
}

TEST_F(ClusterChange, IsTakenForMadeWhereAStageWasCutOff) {
  begin_change(desk_.path());
  ASSERT_TRUE(last_change(desk_.path()));
  EXPECT_GE(*last_change(desk_.path()), begun_);
}

TEST_F(ClusterChange, IsNowWhereNobodyCanReadWhenItWas) {
  desk_.write("changed", "yesterday\n");
  ASSERT_TRUE(last_change(desk_.path()));
  EXPECT_GE(*last_change(desk_.path()), begun_);
}

}  // namespace
}  // namespace provisioner::cluster

#include "provisioner/machine/metal/bmc_lock.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "provisioner/base/base/error.h"

namespace provisioner::metal {
namespace {

TEST(BmcLock, RefusesWithWhoHoldsIt) {
  const os::TemporaryDirectory state;
  const os::Descriptor held = hold_bmc(state.path(), "bmc01", "alice@ctl1, process 1: power off");
  try {
    hold_bmc(state.path(), "bmc01", "bob@ctl1, process 2: power on");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::refused);
    EXPECT_EQ(error.render(),
              "error: its BMC is held by alice@ctl1, process 1: power off\n"
              "hint: wait for that to end; nothing is left behind when it does");
  }
  EXPECT_TRUE(hold_bmc(state.path(), "bmc02", "bob").is_open());
}

TEST(BmcLock, LetsGoWithItsHolder) {
  const os::TemporaryDirectory state;
  hold_bmc(state.path(), "bmc01", "a long name that is no longer there");
  const os::Descriptor held = hold_bmc(state.path(), "bmc01", "bob");
  EXPECT_EQ(os::read_file(bmc_file(state.path(), "bmc01", "writer")), "bob");
}

TEST(BmcLock, KeepsItsFilesToItself) {
  const os::TemporaryDirectory state;
  const os::Descriptor held = hold_bmc(state.path() + "/new", "bmc01", "bob");
  struct stat status {};
  ASSERT_EQ(::stat((state.path() + "/new/bmc").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

}  // namespace
}  // namespace provisioner::metal

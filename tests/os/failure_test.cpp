// What is not ours, and where the hint says that another place can be chosen.

#include "provisioner/base/os/failure.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

std::string failure(const std::string& path, int code) {
  try {
    fail("create", path, code);
  } catch (const base::Error& error) {
    return error.render();
  }
}

class Failure : public testing::Test {
 protected:
  Failure() {
    ::setenv("PROVISIONER_STATE", "/srv/state", 1);
    state_directory();
  }
  ~Failure() override { ::unsetenv("PROVISIONER_STATE"); }
};

TEST_F(Failure, SaysHowAnotherStateIsChosen) {
  for (const std::string path : {"/srv/state", "/srv/state/pki"}) {
    SCOPED_TRACE(path);
    EXPECT_EQ(failure(path, EACCES),
              "error: cannot create '" + path +
                  "': Permission denied\n"
                  "hint: it must be writable by you; another place is chosen by "
                  "PROVISIONER_STATE");
  }
}

TEST_F(Failure, SaysNothingOfItElsewhereOrForAnotherReason) {
  EXPECT_EQ(failure("/srv/states", EACCES),
            "error: cannot create '/srv/states': Permission denied");
  EXPECT_EQ(failure("/srv/state/pki", ENOTDIR),
            "error: cannot create '/srv/state/pki': Not a directory");
}

}  // namespace
}  // namespace provisioner::os

// What comes with the program.

#include "provisioner/base/os/content.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

TEST(Content, IsThatOfAFolderAboveTheProgram) {
  EXPECT_TRUE(is_file(require_content("playbooks/cluster/prepare.yml")));
}

TEST(Content, IsNoFolder) { EXPECT_THROW(require_content("playbooks/cluster"), base::Error); }

TEST(Content, IsMissedByItsName) {
  try {
    require_content("playbooks/none.yml");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(),
              "error: 'playbooks/none.yml' is neither beside this program nor in "
              "'/usr/share/provisioner'");
  }
}

}  // namespace
}  // namespace provisioner::os

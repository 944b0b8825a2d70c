// With what a node's BMC is logged in to.

#include "provisioner/machine/metal/open_bmc.h"

#include <gtest/gtest.h>
#include <sys/types.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::metal {
namespace {

class PasswordFile : public testing::Test {
 protected:
  void write(const std::string& text, mode_t mode) { os::write_file(path_, text, mode); }
  Access access() const {
    inventory::Node node;
    node.name = "n1";
    inventory::Bmc& bmc = node.bmc.emplace();
    bmc.address = "ipmi://10.0.0.1";
    bmc.user = "root";
    bmc.password_file = path_;
    return access_of(node, place_.path());
  }
  std::string refusal() const {
    try {
      access();
      return "";
    } catch (const base::Error& error) {
      return error.render();
    }
  }

  os::TemporaryDirectory place_;
  std::string path_ = place_.path() + "/secret";
  std::string called_ = "error: n1: the BMC's password file '" + path_ + "' ";
  std::string hint_ =
      "\nhint: put the password of 'root' in it, for you alone (mode 600), or name another file "
      "as bmc.password_file";
};

TEST_F(PasswordFile, HasThePassword) {
  write("calvin-9\n", 0600);
  EXPECT_EQ(access().password.reveal(), "calvin-9");
}

TEST_F(PasswordFile, MustBeThere) { EXPECT_EQ(refusal(), called_ + "is not there" + hint_); }

TEST_F(PasswordFile, MustHaveAPassword) {
  write("\n", 0600);
  EXPECT_EQ(refusal(), called_ + "is empty" + hint_);
}

TEST_F(PasswordFile, MustBeOnesOwn) {
  write("calvin-9\n", 0640);
  EXPECT_EQ(refusal(),
            called_ + "can be read by others\nhint: make it yours alone: chmod 600 " + path_);
}

}  // namespace
}  // namespace provisioner::metal

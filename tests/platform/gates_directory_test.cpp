// P-7: the directory is asked as its readers ask it. Here nobody listens; a real one answers in
// tests/gates/directory_gate_test.py.

#include "provisioner/front/platform/gates_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small_site.h"

namespace provisioner::platform {
namespace {

using testing::HasSubstr;

class DirectoryGate : public testing::Test {
 protected:
  DirectoryGate() { words_.inventories = {"hosts.yml"}; }

  gates::Line line() const {
    const auto lines = try_directory(gates_site(words_, "main"));
    EXPECT_EQ(lines.size(), 1U);
    return lines.front();
  }

  SmallSite site_;
  cli::RunWords words_;
};

TEST_F(DirectoryGate, IsNotProvedWhereNoneIsNamed) {
  EXPECT_EQ(line().kind, gates::Line::Kind::lack);
  EXPECT_EQ(line().what, "the inventory names no directory of users");
  site_.say("identity: {pilots: [ada]}\n");
  EXPECT_EQ(line().what, "what the inventory says of users ('identity') has mistakes");
  EXPECT_EQ(line().hint, "provisioner users report main");
}

TEST_F(DirectoryGate, NamesOneThatDoesNotAnswer) {
  site_.say("identity: {ldap: {url: 'ldaps://127.0.0.1:1', user_base: a, group_base: b}}\n");
  EXPECT_EQ(line().kind, gates::Line::Kind::wrong);
  EXPECT_THAT(line().why, HasSubstr("the directory 'ldaps://127.0.0.1:1' cannot be asked: Can't "
                                    "contact LDAP server"));
}

}  // namespace
}  // namespace provisioner::platform

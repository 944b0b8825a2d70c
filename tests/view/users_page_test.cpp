// The page of users.

#include "provisioner/front/view/users/users_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace provisioner::view {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string written(const UsersPage& page) {
  std::ostringstream out;
  write_users_page(out, page);
  return out.str();
}

const UserLine alice = {.user = "alice",
                        .uid = "5001",
                        .gid = "70000",
                        .groups = "2",
                        .homes = "home: 5001",
                        .has_account = true,
                        .faults = {}};

UserLine faulty() {
  UserLine line = alice;
  line.user = "<b>bob";
  line.is_pilot = true;
  line.faults = {{"uid-differs", "'/home/bob' belongs to 1", "chown & so on"}};
  return line;
}

TEST(UsersPage, ShowsWhoMustNotStartAndWhy) {
  const std::string page = written({.time = {},
                                    .instance = "main",
                                    .summary = "2 users",
                                    .verdicts = {{"ok", 1}, {"uid-differs", 1}},
                                    .issuer_faults = {},
                                    .notes = {"1 home of nobody"},
                                    .users = {alice, faulty()}});
  EXPECT_THAT(page, HasSubstr("<span class=\"verdict bad\">faults</span>"));
  EXPECT_THAT(page, HasSubstr("<th class=pilot>&lt;b&gt;bob<td>yes"));
  EXPECT_THAT(page, HasSubstr("<span class=next>chown &amp; so on</span>"));
  EXPECT_THAT(page, HasSubstr("<li>1 home of nobody</li>"));
  EXPECT_THAT(page, HasSubstr("<summary>1 users whose numbers agree</summary>"));
  EXPECT_THAT(page, HasSubstr("<title>Users of main</title>"));
  EXPECT_THAT(page, Not(HasSubstr("<b>bob")));
}

TEST(UsersPage, IsGoodOnlyWhereTheIssuerIsToo) {
  UsersPage page{.time = {},
                 .instance = "main",
                 .summary = {},
                 .verdicts = {},
                 .issuer_faults = {},
                 .notes = {},
                 .users = {alice}};
  EXPECT_THAT(written(page), HasSubstr("verdict good"));
  page.issuer_faults = {"it calls itself 'x'"};
  EXPECT_THAT(written(page), HasSubstr("verdict bad"));
}

}  // namespace
}  // namespace provisioner::view

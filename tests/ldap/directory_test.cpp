// What is refused before a word of it is sent. What a directory answers is tried with a real one:
// tests/acceptance/users-report.

#include "provisioner/base/ldap/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"

namespace provisioner::ldap {
namespace {

using base::Error;
using base::Kind;
using testing::HasSubstr;

std::optional<Error> failure(const Access& access) {
  try {
    Directory directory(access);
    directory.search({.base = "dc=example", .filter = "(uid=*)", .attributes = {"uid"}});
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

TEST(Directory, SendsNoPasswordInTheClear) {
  const auto error = failure({.url = "ldap://127.0.0.1:1",
                              .bind_dn = "cn=reader",
                              .password = base::Secret("reader-word-4711")});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::refused);
  EXPECT_EQ(error->render(),
            "error: the password for 'ldap://127.0.0.1:1' would go out in the clear\n"
            "hint: ldaps://..., or TLS at the beginning");
}

TEST(Directory, SaysThatNobodyListens) {
  const auto error = failure({.url = "ldaps://127.0.0.1:1"});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::unreachable);
  EXPECT_THAT(error->render(),
              HasSubstr("the directory 'ldaps://127.0.0.1:1' cannot be asked: Can't contact LDAP "
                        "server"));
  EXPECT_THAT(error->hint(), HasSubstr("ca_file"));
}

TEST(Directory, SaysWhichFileItHasNot) {
  const auto error = failure({.url = "ldaps://127.0.0.1:1", .ca_file = "/nowhere/ca.crt"});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->render(),
            "error: there is no file '/nowhere/ca.crt' with authorities\n"
            "hint: the certificates, as PEM, of who signed that of 'ldaps://127.0.0.1:1'");
}

TEST(Directory, RefusesWhatIsNoAddress) {
  const auto error = failure({.url = "gopher://x"});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind(), Kind::input);
}

}  // namespace
}  // namespace provisioner::ldap

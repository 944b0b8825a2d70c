// Hashes of passwords, against openssl and known answers.

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/process.h"

namespace provisioner::crypto {
namespace {

std::string of_openssl(const std::string& flag, const std::string& salt,
                       const std::string& password) {
  const std::string out = os::run_checked(
      {.argv = {"openssl", "passwd", flag, "-salt", salt, "-stdin"}, .input = password + "\n"});
  return out.substr(0, out.size() - 1);
}

std::string refused_hash(const std::string& scheme, const std::string& salt) {
  try {
    return password_hash("password", scheme, salt);
  } catch (const base::Error& error) {
    return error.render();
  }
}

TEST(PasswordHash, EqualsTheOneOfOpenssl) {
  EXPECT_EQ(password_hash("password", "sha512", "saltsaltsaltsalt", 5000),
            of_openssl("-6", "saltsaltsaltsalt", "password"));
  EXPECT_EQ(password_hash("password", "sha256", "saltsaltsaltsalt", 5000),
            of_openssl("-5", "saltsaltsaltsalt", "password"));
  EXPECT_EQ(password_hash("password", "md5", "saltsalt"), of_openssl("-1", "saltsalt", "password"));
}

TEST(PasswordHash, NamesItsRoundsWhereTheyAreNotTheUsualOnes) {
  EXPECT_TRUE(
      password_hash("password", "sha512", "salt", 10000).starts_with("$6$rounds=10000$salt$"));
  EXPECT_TRUE(password_hash("password", "bcrypt", "abcdefghijklmnopqrstuu", 4)
                  .starts_with("$2b$04$abcdefghijklmnopqrstu"));
}

TEST(PasswordHash, HasARandomSaltWhereNoneIsGiven) {
  EXPECT_NE(password_hash("password", "sha512", "", 5000),
            password_hash("password", "sha512", "", 5000));
}

TEST(PasswordHash, RefusesSchemesAndSaltsThatAreNone) {
  EXPECT_EQ(refused_hash("rot13", "salt"), "error: crypt does not support 'rot13' algorithm");
  EXPECT_EQ(refused_hash("sha512", "sa$lt"), "error: invalid characters in salt");
}

}  // namespace
}  // namespace provisioner::crypto

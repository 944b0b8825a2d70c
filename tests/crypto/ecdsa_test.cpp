#include "provisioner/base/crypto/ecdsa.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::crypto {
namespace {

using testing::StartsWith;

TEST(Ecdsa, KnowsItsOwnSignatureAndNoOther) {
  const base::Secret key = make_ecdsa_key(), other = make_ecdsa_key();
  const std::string signature = ecdsa_sign("text", key);
  EXPECT_TRUE(is_ecdsa_signed("text", signature, ecdsa_public_key(key)));
  EXPECT_FALSE(is_ecdsa_signed("other text", signature, ecdsa_public_key(key)));
  EXPECT_FALSE(is_ecdsa_signed("text", signature, ecdsa_public_key(other)));
  EXPECT_FALSE(is_ecdsa_signed("text", "no signature", ecdsa_public_key(key)));
}

TEST(Ecdsa, ShowsThePublicHalfAsPem) {
  EXPECT_THAT(ecdsa_public_key(make_ecdsa_key()), StartsWith("-----BEGIN PUBLIC KEY-----\n"));
}

TEST(Ecdsa, TakesNoOtherKey) {
  EXPECT_THROW(ecdsa_sign("text", base::Secret("no key at all")), base::Error);
  EXPECT_THROW(is_ecdsa_signed("text", "", "no key"), base::Error);
}

TEST(Ecdsa, IsReadByOthers) {
  if (!os::find_program("openssl")) GTEST_SKIP() << "there is no openssl";
  const os::TemporaryDirectory folder;
  const base::Secret key = make_ecdsa_key();
  os::write_file(folder.path() + "/text", "text");
  os::write_file(folder.path() + "/signature", ecdsa_sign("text", key));
  os::write_file(folder.path() + "/public", ecdsa_public_key(key));
  EXPECT_EQ(os::run_checked({.argv = {"openssl", "dgst", "-sha256", "-verify", "public",
                                      "-signature", "signature", "text"},
                             .directory = folder.path()}),
            "Verified OK\n");
}

}  // namespace
}  // namespace provisioner::crypto

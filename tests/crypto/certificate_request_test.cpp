#include "provisioner/base/crypto/certificate_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::crypto {
namespace {

using testing::HasSubstr;

const CertificateSubject subject = {.common_name = "provisioner:operators:alice@ctl1",
                                    .organizations = {"provisioner:operators", "second"}};

TEST(CertificateRequest, IsReadAndSignedByOthers) {
  if (!os::find_program("openssl")) GTEST_SKIP() << "there is no openssl";
  const os::TemporaryDirectory folder;
  const base::Secret key = make_ecdsa_key();
  os::write_file(folder.path() + "/request", certificate_request(key, subject));
  os::write_file(folder.path() + "/key", key.reveal(), 0600);
  const std::string said = os::run_checked({.argv = {"openssl", "req", "-in", "request", "-noout",
                                                     "-verify", "-subject", "-nameopt", "RFC2253"},
                                            .directory = folder.path()});
  EXPECT_THAT(said, HasSubstr("CN=provisioner:operators:alice@ctl1,O=second,"
                              "O=provisioner:operators"));
  const std::string certificate = os::run_checked(
      {.argv = {"openssl", "x509", "-req", "-in", "request", "-signkey", "key", "-days", "1"},
       .directory = folder.path()});
  const ReadCertificate read = read_certificate(certificate, key);
  EXPECT_EQ(read.subject, subject);
  EXPECT_TRUE(read.is_for_key);
  EXPECT_FALSE(read_certificate(certificate, make_ecdsa_key()).is_for_key);
  const auto left = read.ends - std::chrono::system_clock::now();
  EXPECT_GT(left, std::chrono::hours(23));
  EXPECT_LT(left, std::chrono::hours(25));
}

TEST(CertificateRequest, TakesNoOtherKeyAndNoOtherText) {
  EXPECT_THROW(certificate_request(base::Secret("no key"), subject), base::Error);
  EXPECT_THROW(read_certificate("no certificate", make_ecdsa_key()), base::Error);
}

}  // namespace
}  // namespace provisioner::crypto

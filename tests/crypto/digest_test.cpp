// Digests, against known answers and the programs of the system.

#include "provisioner/base/crypto/digest.h"

#include <gtest/gtest.h>

#include <set>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"

namespace provisioner::crypto {
namespace {

TEST(Digest, OfAbcIsTheOneOfTheStandards) {
  EXPECT_EQ(digest("md5", "abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(digest("sha1", "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(digest("sha224", "abc"), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest("sha384", "abc").substr(0, 32), "cb00753f45a35e8bb5a03d699ac65007");
  EXPECT_EQ(digest("sha512", "abc").substr(0, 32), "ddaf35a193617abacc417349ae204131");
}

TEST(Digest, OfNothingIsAnAnswerToo) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, NamesTheOnesItKnows) {
  try {
    digest("crc32", "abc");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(
        error.render(),
        "error: the digest 'crc32' is not known, md5, sha1, sha224, sha256, sha384 and sha512 "
        "are");
  }
}

TEST(DigestIn, TakesNothingThatIsNoSha256) {
  const std::string hex = sha256("abc");
  EXPECT_EQ(digest_in("sha256:" + hex), hex);
  for (const std::string& text :
       {std::string(), std::string("sha256:"), hex, "sha512:" + hex, "SHA256:" + hex,
        "sha256:" + hex + "0", "sha256:" + hex.substr(1), "sha256:" + hex.substr(1) + "F",
        "sha256:" + hex.substr(3) + "/..", " sha256:" + hex})
    EXPECT_EQ(digest_in(text), std::nullopt) << text;
}

TEST(FileDigest, EqualsTheOneOfSha256sum) {
  const os::TemporaryDirectory directory;
  const std::string path = directory.path() + "/large";
  os::write_file(path, std::string(3'000'000, 'x') + std::string(1, '\0'));

  EXPECT_EQ(file_digest("sha256", path),
            os::run_checked({.argv = {"sha256sum", path}}).substr(0, 64));
}

TEST(FileDigest, NamesTheFileThatCannotBeRead) {
  try {
    file_digest("sha256", "/no/such/file");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.render(), "error: cannot read '/no/such/file': No such file or directory");
  }
}

TEST(RandomToken, IsAnotherEachTime) {
  std::set<std::string> tokens;
  for (int count = 0; count < 1000; ++count) tokens.insert(random_token());

  EXPECT_EQ(tokens.size(), 1000U);
  EXPECT_EQ(tokens.begin()->size(), 32U);
}

}  // namespace
}  // namespace provisioner::crypto

#include "provisioner/cluster/artifacts/artifact_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::artifacts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct ArtifactStore : testing::Test {
  std::string file(const std::string& name, const std::string& bytes) {
    const std::string path = directory.path() + "/" + name;
    os::write_file(path, bytes);
    return path;
  }

  os::TemporaryDirectory directory;
  Store store{directory.path() + "/store"};
};

TEST_F(ArtifactStore, KeepsAFileUnderItsDigest) {
  const Kept kept = store.keep(file("kubelet", "program"));
  EXPECT_EQ(kept.sha256, crypto::sha256("program"));
  EXPECT_EQ(kept.size, 7U);
  EXPECT_EQ(os::require_file(store.path(kept.sha256)), "program");
  EXPECT_EQ(store.size_of(kept.sha256), 7U);
  EXPECT_THAT(store.digests(), ElementsAre(kept.sha256));
}

TEST_F(ArtifactStore, KeepsNothingThatIsAnotherThanExpected) {
  const std::string path = file("kubelet", "program");
  try {
    store.keep(path, crypto::sha256("another"));
    FAIL() << "it was kept";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "'kubelet' has the SHA-256 " + crypto::sha256("program") +
                                   ", expected " + crypto::sha256("another"));
  }
  EXPECT_THAT(store.digests(), IsEmpty());
  EXPECT_THAT(os::entries(store.directory() + "/work"), IsEmpty());
}

TEST_F(ArtifactStore, NamesWhatIsMissingAndWhatIsDamaged) {
  const Kept kept = store.keep_bytes("bytes");
  EXPECT_EQ(store.damage_of(kept.sha256), "");
  os::write_file(store.path(kept.sha256), "bytez");
  EXPECT_EQ(store.damage_of(kept.sha256), "is damaged");
  store.remove(kept.sha256);
  EXPECT_EQ(store.damage_of(kept.sha256), "is not there");
  EXPECT_FALSE(store.size_of(kept.sha256));
}

TEST_F(ArtifactStore, ReplacesADamagedFile) {
  const Kept kept = store.keep_bytes("bytes");
  os::write_file(store.path(kept.sha256), "by");
  store.keep(file("again", "bytes"));
  EXPECT_EQ(store.damage_of(kept.sha256), "");
}

TEST_F(ArtifactStore, TellsThatThereIsNoFile) {
  EXPECT_THROW(store.keep(directory.path() + "/none"), base::Error);
}

TEST_F(ArtifactStore, MakesNothingForWhoOnlyLooks) {
  EXPECT_FALSE(store.is_there());
  EXPECT_FALSE(store.size_of(crypto::sha256("program")));
  EXPECT_EQ(store.damage_of(crypto::sha256("program")), "is not there");
  EXPECT_THAT(store.digests(), IsEmpty());
  EXPECT_FALSE(os::exists(store.directory()));
}

TEST_F(ArtifactStore, LetsNobodyInWhileOneHoldsItAlone) {
  const auto alone = store.hold(Store::Sharing::alone, std::chrono::milliseconds(0));
  ASSERT_TRUE(alone.is_open());
  EXPECT_FALSE(store.hold(Store::Sharing::with_others, std::chrono::milliseconds(0)).is_open());
}

}  // namespace
}  // namespace provisioner::artifacts

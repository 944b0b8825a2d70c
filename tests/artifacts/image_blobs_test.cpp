#include "provisioner/cluster/artifacts/image_blobs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/process.h"
#include "tests/artifacts/small_image.h"

namespace provisioner::artifacts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct ImageBlobs : testing::Test {
  os::TemporaryDirectory directory;
  Store store{directory.path() + "/store"};
  std::string archive = directory.path() + "/image.tar";
};

TEST_F(ImageBlobs, TakesAnArchiveApart) {
  const std::string digest = write_archive(archive, "layer");
  const Kept kept = keep_archive(store, archive);
  EXPECT_EQ(kept.sha256, digest);
  const Manifest manifest = manifest_in(store, digest);
  ASSERT_EQ(manifest.layers.size(), 1U);
  EXPECT_EQ(manifest.layers[0].sha256, crypto::sha256("layer"));
  EXPECT_EQ(os::require_file(store.path(manifest.layers[0].sha256)), "layer");
  EXPECT_EQ(kept.size, manifest.bytes.size() + manifest.config.size + 5);
  EXPECT_THAT(missing_blobs(store, digest), IsEmpty());
}

TEST_F(ImageBlobs, RefusesAnotherImageThanExpected) {
  write_archive(archive, "layer");
  EXPECT_THROW(keep_archive(store, archive, crypto::sha256("another")), base::Error);
  EXPECT_THAT(store.digests(), IsEmpty());
}

TEST_F(ImageBlobs, RefusesAnImageThatIsNotWhole) {
  const std::string layout = directory.path() + "/layout";
  const std::string digest = write_layout(layout, "layer");
  os::remove_file(layout + "/blobs/sha256/" + crypto::sha256("layer"));
  try {
    take_layout(store, layout);
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_THAT(error.message(), HasSubstr("the image is not whole"));
  }
  EXPECT_THAT(missing_blobs(store, digest), ElementsAre(digest));
}

TEST_F(ImageBlobs, RefusesABlobThatIsNotWhatItsNameSays) {
  const std::string layout = directory.path() + "/layout";
  write_layout(layout, "layer");
  os::write_file(layout + "/blobs/sha256/" + crypto::sha256("layer"), "lair!");
  EXPECT_THROW(take_layout(store, layout), base::Error);
}

TEST_F(ImageBlobs, SaysHowAnotherKindOfArchiveIsTurnedIntoOne) {
  os::write_file(archive, "no archive");
  EXPECT_THROW(keep_archive(store, archive), base::Error);
}

TEST_F(ImageBlobs, TakesNothingByALinkThatAnArchiveHolds) {
  const std::string layout = directory.path() + "/layout", elsewhere = directory.path() + "/others";
  write_layout(layout, "layer");
  os::run_checked({.argv = {"mv", layout + "/blobs/sha256", elsewhere}});
  os::run_checked({.argv = {"ln", "-s", elsewhere, layout + "/blobs/sha256"}});
  os::run_checked({.argv = {"tar", "--create", "--file", archive, "--directory", layout, "."}});
  try {
    keep_archive(store, archive);
    FAIL() << "it was taken";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(),
              "there is a link in it, 'blobs/sha256': an image's archive holds files alone");
  }
  EXPECT_TRUE(os::is_file(elsewhere + "/" + crypto::sha256("layer")));
}

TEST_F(ImageBlobs, NamesTheBlobThatIsMissing) {
  const std::string digest = write_archive(archive, "layer");
  keep_archive(store, archive);
  store.remove(crypto::sha256("layer"));
  EXPECT_THAT(missing_blobs(store, digest), ElementsAre(crypto::sha256("layer")));
}

}  // namespace
}  // namespace provisioner::artifacts

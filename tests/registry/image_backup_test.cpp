// From one real registry to another, by way of a folder.

#include "provisioner/cluster/registry/image_backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/crypto/ecdsa.h"
#include "provisioner/base/os/files.h"
#include "provisioner/cluster/artifacts/image_blobs.h"
#include "provisioner/cluster/registry/cosign.h"
#include "tests/artifacts/small_image.h"
#include "tests/registry/real_registry.h"

namespace provisioner::registry {
namespace {

struct Backup : testing::Test {
  Backup() {
    artifacts::write_archive(directory.path() + "/image.tar", "layer");
    sha256 = artifacts::keep_archive(store, directory.path() + "/image.tar").sha256;
    const artifacts::Manifest manifest = artifacts::manifest_in(store, sha256);
    client.push_blob(repository, manifest.config.sha256, store.path(manifest.config.sha256));
    for (const artifacts::Blob& layer : manifest.layers)
      client.push_blob(repository, layer.sha256, store.path(layer.sha256));
    client.push_manifest(repository, "1", {sha256, manifest.media_type, manifest.bytes});
    sign_image(client, repository, sha256, "r/" + repository, key);
    lock.images.push_back({.name = "tool",
                           .tag = "1",
                           .sha256 = sha256,
                           .verdict = "passed",
                           .scan = "not scanned",
                           .waived = {},
                           .size = 1,
                           .by = {},
                           .at = {}});
  }
  BackupCount backed_up() {
    return back_up(client, lock, directory.path() + "/kept", [](const std::string&) {});
  }
  BackupCount restored(RegistryClient& into) {
    return restore(into, directory.path() + "/kept", [](const std::string&) {});
  }

  const std::string repository = "vetted/tool";
  os::TemporaryDirectory directory;
  artifacts::Store store{directory.path() + "/store"};
  tests::RegistryServer server, other;
  RegistryClient client{server.access()}, empty{other.access()};
  base::Secret key = crypto::make_ecdsa_key();
  std::string sha256;
  ImagesLock lock;
};

TEST_F(Backup, BringsImagesWithTagAndSignatureToAnotherRegistry) {
  EXPECT_EQ(backed_up().images, 1U);
  EXPECT_GT(restored(empty).images, 0U);
  EXPECT_EQ(empty.digest_of(repository, "1"), sha256);
  EXPECT_TRUE(is_image_signed(empty, repository, sha256, crypto::ecdsa_public_key(key)));
  EXPECT_TRUE(empty.has_blob(repository, crypto::sha256("layer")));
}

TEST_F(Backup, KeepsEachBlobOnceAndRestoresNothingTwice) {
  EXPECT_GT(backed_up().blobs, 0U);
  EXPECT_EQ(backed_up().blobs, 0U);
  restored(empty);
  EXPECT_EQ(restored(empty).images, 0U);
}

TEST_F(Backup, GetsAnewWhatItsDiskHasLost) {
  backed_up();
  const std::string kept = directory.path() + "/kept/blobs/";
  os::write_file(kept + crypto::sha256("layer"), "other");
  os::write_file(kept + sha256, "");
  EXPECT_EQ(backed_up().blobs, 1U);
  EXPECT_EQ(os::require_file(kept + crypto::sha256("layer")), "layer");
  EXPECT_EQ(crypto::file_digest("sha256", kept + sha256), sha256);
}

TEST_F(Backup, RestoresNothingDamaged) {
  backed_up();
  os::write_file(directory.path() + "/kept/blobs/" + crypto::sha256("layer"), "other");
  EXPECT_THROW(restored(empty), base::Error);
  EXPECT_EQ(empty.digest_of(repository, "1"), std::nullopt);
}

TEST_F(Backup, TellsOfAnImageThatIsNotThere) {
  lock.images.front().sha256 = std::string(64, '0');
  EXPECT_THROW(backed_up(), base::Error);
}

}  // namespace
}  // namespace provisioner::registry

// What nobody needs is swept, and nothing where that cannot be known.

#include "provisioner/machine/image/image_check.h"

#include <gtest/gtest.h>

#include "kept_images.h"

namespace provisioner::image {
namespace {

class Sweeping : public KeptImages {};

TEST_F(Sweeping, SweepsWhatNoManifestAndNoLockNames) {
  const StoredImage image = publish("1", "text", {store_.keep_file("a kernel"), store_.keep_file("a RAM disk")});
  os::write_file(place_.path() + "/p.deb", "a package");
  os::write_file(place_.path() + "/q.deb", "another package");
  const std::string locked = store_.keep_package(place_.path() + "/p.deb");
  const std::string loose = store_.keep_package(place_.path() + "/q.deb");
  os::make_directories(place_.path() + "/locks");
  os::write_file(store_.lock_path("sample"), "epoch 1764350000\np 1 all " + locked + "\n");
  const std::string chunk = store_.keep_chunk(0, "nobody's").file;
  const std::string file = store_.keep_file("nobody's file");
  os::make_directories(store_.work_directory() + "/sample.1/tree");

  const Garbage garbage = collect_garbage(store_);

  EXPECT_EQ(garbage.files, 3U);
  EXPECT_FALSE(store_.is_public(chunk));
  EXPECT_FALSE(store_.is_public(file));
  EXPECT_FALSE(os::is_file(store_.package_path(loose)));
  EXPECT_TRUE(os::is_file(store_.package_path(locked)));
  EXPECT_FALSE(os::exists(store_.work_directory()));
  EXPECT_TRUE(damages(store_, store_.image("sample")).empty());
  EXPECT_EQ(collect_garbage(store_).files, 0U);
}

TEST_F(Sweeping, SweepsNothingWhereAManifestCannotBeRead) {
  publish("1", "text");
  os::write_file(place_.path() + "/manifests/sample/1.json", "{}");

  EXPECT_EQ(refusal_of([&] { collect_garbage(store_); }).substr(0, 6), "error:");
  EXPECT_EQ(os::glob(place_.path() + "/chunks/*/*").size(), 1U);
}

TEST_F(Sweeping, SweepsNothingWhereAManifestIsGone) {
  publish("1", "text");
  publish("2", "other text");
  const std::string image = place_.path() + "/manifests/sample/1";
  os::remove_file(image + ".json");

  EXPECT_EQ(refusal_of([&] { collect_garbage(store_); }),
            "error: image 'sample' 1: its manifest is gone\n"
            "hint: restore manifests/sample/1.json from a backup; if the image is to go, remove "
            "its .sig and .boot too");
  EXPECT_EQ(lost_manifests(store_).size(), 1U);
  EXPECT_EQ(os::glob(place_.path() + "/chunks/*/*").size(), 2U);
  os::remove_file(image + ".sig");
  os::remove_file(image + ".boot");
  EXPECT_EQ(collect_garbage(store_).files, 2U);
}

TEST_F(Sweeping, SweepsNothingWhereBootFilesCannotBeRight) {
  const BootFiles files{store_.keep_file("a kernel"), store_.keep_file("a RAM disk")};
  publish("1", "text", files);
  const std::string boot = place_.path() + "/manifests/sample/1.boot";
  const std::string text = os::require_file(boot);
  const std::string hint =
      "hint: restore it from a backup, or build or import the image anew under another version";

  os::write_file(boot, "{}");
  EXPECT_EQ(refusal_of([&] { collect_garbage(store_); }),
            "error: 'STORE/manifests/sample/1.boot' does not say what 'kernel' is\n" + hint);
  os::write_file(boot, base::replace_all(text, files.ram_disk, ""));
  EXPECT_EQ(refusal_of([&] { collect_garbage(store_); }),
            "error: 'STORE/manifests/sample/1.boot' names no RAM disk, which its image must have\n" +
                hint);
  os::write_file(boot, base::replace_all(text, files.kernel, std::string(64, 'a')));
  EXPECT_EQ(refusal_of([&] { collect_garbage(store_); }),
            "error: the kernel '" + std::string(64, 'a') +
                "' of image 'sample' 1 is not there\n"
                "hint: nothing was removed; build the image again from its lock, or remove it "
                "first");
  EXPECT_TRUE(store_.is_public(files.kernel));
}

}  // namespace
}  // namespace provisioner::image

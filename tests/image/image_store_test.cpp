// The store: what is kept, signed, shown, found damaged, and swept.

#include "provisioner/machine/image/image_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "kept_images.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/machine/image/image_check.h"
#include "provisioner/machine/image/keep_disk.h"

namespace provisioner::image {
namespace {

constexpr auto at_once = std::chrono::milliseconds(0);

class ImageStore : public KeptImages {};

TEST_F(ImageStore, MakesOneKeyAndKeepsItToItself) {
  struct stat status {};

  EXPECT_EQ(Store::open(place_.path()).public_key(), store_.public_key());
  ASSERT_EQ(::stat((place_.path() + "/keys/signing").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(ImageStore, RefusesHalfAKey) {
  os::write_file(place_.path() + "/keys/signing", "half", 0600);

  EXPECT_EQ(refusal_of([&] { Store::open(place_.path()); }),
            "error: 'STORE/keys/signing' is no signing key\n"
            "hint: restore it from a backup; without it, images must be built anew, in another "
            "directory");
}

TEST_F(ImageStore, RefusesAKeyThatOthersCanRead) {
  ASSERT_EQ(::chmod((place_.path() + "/keys/signing").c_str(), 0644), 0);

  EXPECT_EQ(refusal_of([&] { Store::open(place_.path()); }),
            "error: the signing key 'STORE/keys/signing' can be read by others\n"
            "hint: make it yours alone: chmod 600 STORE/keys/signing");
}

TEST_F(ImageStore, MakesNoOtherKeyWhereImagesAre) {
  publish("1", "text");
  os::remove_tree(place_.path() + "/keys");
  const std::string gone =
      "error: 'STORE/keys/signing' is gone, with which the images there were signed\n"
      "hint: restore it from a backup; without it, images must be built anew, in another directory";

  EXPECT_EQ(refusal_of([&] { Store::open(place_.path()); }), gone);
  EXPECT_EQ(refusal_of([&] { Store::make(place_.path()); }), gone);
  EXPECT_FALSE(os::exists(place_.path() + "/keys"));
}

TEST_F(ImageStore, IsMadeByNobodyWhoOnlyLooks) {
  const std::string elsewhere = place_.path() + "/x";

  EXPECT_FALSE(Store::is_there(elsewhere));
  EXPECT_EQ(refusal_of([&] { Store::open(elsewhere); }),
            "error: there are no images in 'STORE/x'\n"
            "hint: is that the directory? images come there by: provisioner image build debian-12 "
            "--images STORE/x");
  EXPECT_FALSE(os::exists(elsewhere));
}

TEST_F(ImageStore, JudgesNamesBeforeAnythingIsMade) {
  require_names("debian-12", "");
  require_names("debian-12", "20261128.1");
  const std::string hint =
      "hint: at most 100 letters, digits and - . _ + ~, the first of them no - or .";

  EXPECT_EQ(refusal_of([] { require_names("../up", ""); }),
            "error: an image cannot be called '../up'\n" + hint);
  EXPECT_EQ(refusal_of([] { require_names("debian-12", "a b"); }),
            "error: a version cannot be called 'a b'\n" + hint);
}

TEST_F(ImageStore, GivesBackWhatWasPublishedAndSigned) {
  const StoredImage image = publish("1", "text", {});

  EXPECT_EQ(image.manifest.name, "sample");
  EXPECT_EQ(image.digest, crypto::sha256(to_json(image.manifest)));
  EXPECT_TRUE(crypto::is_signed(to_json(image.manifest), image.signature, store_.public_key()));
  EXPECT_TRUE(damages(store_, image).empty());
}

TEST_F(ImageStore, KeepsAChunkOnceAndZerosNever) {
  const chunk::Chunk first = publish("1", "text").manifest.chunks[0];
  const chunk::Chunk second = publish("2", "text").manifest.chunks[0];

  EXPECT_EQ(first.file, second.file);
  EXPECT_EQ(os::glob(place_.path() + "/chunks/*/*").size(), 1U);
}

TEST_F(ImageStore, FindsTheOneMadeLast) {
  publish("20", "a");
  publish("3", "b");

  EXPECT_EQ(store_.image("sample").manifest.version, "3");
}

TEST_F(ImageStore, NeverMakesAnotherImageOfAVersion) {
  publish("1", "text");
  publish("1", "text");

  EXPECT_EQ(refusal_of([&] { publish("1", "other"); }),
            "error: image 'sample' has a version '1', and it is another one\n"
            "hint: give it another version: --version VERSION");
}

TEST_F(ImageStore, SignsNothingThatNoNodeWouldTake) {
  EXPECT_EQ(refusal_of([&] {
              store_.publish({"../up", "1", 512, {}, {}}, {});
            }),
            "error: the manifest is no good: '../up' cannot be a name of a file");
}

TEST_F(ImageStore, RefusesAManifestOfAnotherKey) {
  publish("1", "text");
  Store::make(place_.path() + "/other");
  os::write_file(place_.path() + "/keys/signing",
                 os::require_file(place_.path() + "/other/keys/signing"), 0600);
  const Store other = Store::open(place_.path());

  EXPECT_EQ(refusal_of([&] { other.image("sample"); }),
            "error: 'STORE/manifests/sample/1.sig' is not the signature of its manifest by key '" +
                key_id(other.public_key()) + "'\nhint: it was made with key '" +
                key_id(store_.public_key()) + "': restore keys/signing from a backup");
}

TEST_F(ImageStore, RefusesAManifestThatWasChanged) {
  publish("1", "text");
  const std::string path = place_.path() + "/manifests/sample/1.json";
  os::write_file(path, base::replace_all(os::require_file(path), "sample", "simple"));

  EXPECT_EQ(refusal_of([&] { store_.image("sample"); }),
            "error: 'STORE/manifests/sample/1.sig' is not the signature of its manifest by key '" +
                key_id(store_.public_key()) + "'");
}

TEST_F(ImageStore, RefusesASignedManifestUnderAnotherName) {
  publish("1", "text");
  for (const std::string ending : {".json", ".sig", ".boot"})
    os::write_file(place_.path() + "/manifests/sample/2" + ending,
                   os::require_file(place_.path() + "/manifests/sample/1" + ending));

  EXPECT_EQ(refusal_of([&] { store_.image("sample", "2"); }),
            "error: 'STORE/manifests/sample/2.json' is the manifest of image 'sample' 1");
}

TEST_F(ImageStore, NamesWhatThereIsWhereSomethingElseIsAskedFor) {
  publish("1", "text");

  EXPECT_EQ(refusal_of([&] { store_.image("simple"); }),
            "error: there is no image 'simple' in 'STORE'\nhint: did you mean 'sample'?");
  EXPECT_EQ(refusal_of([&] { store_.image("sample", "2"); }),
            "error: image 'sample' has no version '2'\nhint: there are: 1");
  EXPECT_EQ(refusal_of([&] { store_.image("../keys"); }),
            "error: there is no image '../keys' in 'STORE'");
}

TEST_F(ImageStore, ShowsChunksFilesAndManifestsAndNothingElse) {
  const std::string kernel = store_.keep_file("a kernel");
  const StoredImage image = publish("1", "text", {kernel, store_.keep_file("a RAM disk")});
  const std::string package = place_.path() + "/p.deb";
  os::write_file(package, "a package");

  EXPECT_TRUE(store_.is_public(kernel));
  EXPECT_TRUE(store_.is_public(image.digest));
  EXPECT_TRUE(store_.is_public(image.manifest.chunks[0].file));
  EXPECT_FALSE(store_.is_public(image.manifest.chunks[0].raw));
  EXPECT_FALSE(store_.is_public(store_.keep_package(package)));
  EXPECT_FALSE(store_.is_public("../../keys/signing"));
  EXPECT_FALSE(store_.is_public(std::string(64, '0')));
  EXPECT_EQ(os::require_file(*store_.public_file(image.digest)), to_json(image.manifest));
}

TEST_F(ImageStore, LendsTheRamDiskOfTheLastImageThatHasOne) {
  EXPECT_FALSE(store_.newest_boot_files().has_value());
  const BootFiles boot{store_.keep_file("a kernel"), store_.keep_file("a RAM disk")};
  publish("1", "a", boot);
  publish("2", "b");

  EXPECT_EQ(store_.newest_boot_files()->ram_disk, boot.ram_disk);
}

TEST_F(ImageStore, FindsEachDamage) {
  const StoredImage image =
      publish("1", "text", {store_.keep_file("a kernel"), store_.keep_file("a RAM disk")});
  const std::string chunk = image.manifest.chunks[0].file;
  const std::string file = os::require_file(store_.chunk_path(chunk));

  os::write_file(store_.chunk_path(chunk), file + "x");
  os::write_file(store_.file_path(image.boot.kernel), "another kernel");
  os::remove_file(store_.file_path(image.boot.ram_disk));
  EXPECT_THAT(damages(store_, image),
              testing::ElementsAre("chunk 0 '" + chunk + "': its file is damaged",
                                   "kernel '" + image.boot.kernel + "' is damaged",
                                   "RAM disk '" + image.boot.ram_disk + "' is not there"));
}

// Nobody writes into them: to read one as a file would wait for ever.
TEST_F(ImageStore, ReadsNothingFromFifos) {
  const StoredImage image = publish("1", "text");
  const std::string chunk = store_.chunk_path(image.manifest.chunks[0].file);
  const std::string manifest = place_.path() + "/manifests/sample/1.json";
  for (const std::string& path : {chunk, manifest}) {
    os::remove_file(path);
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  }
  const std::string no_file = "' is a FIFO, and must be a regular file";

  EXPECT_EQ(damages(store_, image).front(),
            "chunk 0 '" + image.manifest.chunks[0].file + "': '" + chunk + no_file);
  EXPECT_EQ(refusal_of([&] { store_.image("sample", "1"); }),
            "error: 'STORE/manifests/sample/1.json" + no_file);
  EXPECT_EQ(refusal_of([&] { publish("1", "text"); }),
            "error: '" + base::replace_all(chunk, place_.path(), "STORE") + no_file);
  EXPECT_FALSE(store_.public_file(image.manifest.chunks[0].file));
}

TEST_F(ImageStore, TellsBySizesAloneWhatIsNoLongerWhole) {
  const StoredImage image =
      publish("1", "text", {store_.keep_file("a kernel"), store_.keep_file("a RAM disk")});
  EXPECT_THAT(shortfalls(store_, image, image.boot), testing::IsEmpty());

  const std::string chunk = store_.chunk_path(image.manifest.chunks[0].file);
  const std::string file = os::require_file(chunk);
  os::write_file(chunk, file.substr(1));
  os::write_file(store_.file_path(image.boot.kernel), "a kern");
  os::remove_file(store_.file_path(image.boot.ram_disk));
  os::remove_file(store_.file_path(image.digest));
  const std::string size = std::to_string(file.size()), less = std::to_string(file.size() - 1);
  EXPECT_THAT(shortfalls(store_, image, image.boot),
              testing::ElementsAre("the file of chunk 0 has " + less + " bytes instead of " + size,
                                   "the manifest's public copy is not there",
                                   "the kernel that boots it has 6 bytes instead of 8",
                                   "the RAM disk that writes it is not there"));
  os::remove_file(chunk);
  EXPECT_THAT(shortfalls(store_, image, image.boot),
              testing::Contains("the file of chunk 0 is not there"));
}

TEST_F(ImageStore, KnowsOfBootFilesWithoutANotedSizeThatTheyAreNotEmpty) {
  const StoredImage image = publish("1", "text");
  const BootFiles boot{store_.keep_file("a kernel"), store_.keep_file("a RAM disk")};
  EXPECT_THAT(shortfalls(store_, image, boot), testing::IsEmpty());

  os::write_file(store_.file_path(boot.ram_disk), "");
  EXPECT_THAT(shortfalls(store_, image, boot),
              testing::ElementsAre("the RAM disk that writes it has 0 bytes"));
}

TEST_F(ImageStore, KeepsAnewWhatWasDamaged) {
  const StoredImage image = publish("1", "text");
  os::write_file(store_.chunk_path(image.manifest.chunks[0].file), "damaged");

  publish("1", "text");

  EXPECT_TRUE(damages(store_, image).empty());
}

TEST_F(ImageStore, FindsAChunkThatIsAnotherOneWhenUnpacked) {
  StoredImage image = publish("1", "text");
  image.manifest.chunks[0].raw = std::string(64, '0');

  EXPECT_THAT(damages(store_, image),
              testing::ElementsAre("chunk 0 '" + image.manifest.chunks[0].file +
                                   "': its file holds something else"));
}

TEST_F(ImageStore, LetsSeveralMakeImagesAndOneSweep) {
  const os::Descriptor one = store_.lock(Sharing::with_others, at_once);
  const os::Descriptor two = store_.lock(Sharing::with_others, at_once);

  EXPECT_TRUE(one.is_open());
  EXPECT_TRUE(two.is_open());
  EXPECT_FALSE(store_.lock(Sharing::alone, at_once).is_open());
}

TEST_F(ImageStore, CutsADiskIntoChunks) {
  const std::string disk = place_.path() + "/disk";
  std::string bytes(2 * chunk::chunk_size + 512, '\0');
  bytes[chunk::chunk_size] = 'x';
  os::write_file(disk, bytes);

  const std::vector<chunk::Chunk> chunks = keep_disk(store_, disk, [](const std::string&) {});

  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_TRUE(chunks[0].is_zero);
  EXPECT_EQ(chunks[1].offset, chunk::chunk_size);
  EXPECT_FALSE(chunks[1].is_zero);
  EXPECT_EQ(chunks[2].length, 512U);
}

TEST_F(ImageStore, CutsNothingThatIsNotOfWholeSectors) {
  os::write_file(place_.path() + "/disk", std::string(513, 'x'));

  EXPECT_EQ(
      refusal_of([&] { keep_disk(store_, place_.path() + "/disk", [](const std::string&) {}); }),
      "error: 'STORE/disk' is no raw disk: its size of 513 bytes is not that of whole "
      "sectors of 512");
}

TEST_F(ImageStore, NumbersTheVersionsOfADay) {
  constexpr std::int64_t day = 1764350000;
  const chunk::Manifest manifest{
      "sample", "", 512, {}, {store_.keep_chunk(0, std::string(512, 'x'))}};
  publish("20251128.1", "a");

  EXPECT_EQ(store_.publish_next(manifest, {}, day), "20251128.2");
  EXPECT_EQ(store_.publish_next(manifest, {}, day), "20251128.3");
}

TEST_F(ImageStore, GivesEachOfTwoThatPublishAtOnceItsOwnVersion) {
  const chunk::Manifest manifest{
      "sample", "", 512, {}, {store_.keep_chunk(0, std::string(512, 'x'))}};
  {
    std::vector<std::jthread> makers;
    for (int maker = 0; maker < 8; ++maker)
      makers.emplace_back([&] { store_.publish_next(manifest, {}, 1764350000); });
  }

  EXPECT_EQ(store_.versions("sample").size(), 8U);
}

}  // namespace
}  // namespace provisioner::image

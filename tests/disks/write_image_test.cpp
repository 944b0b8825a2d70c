#include "provisioner/node/disks/write_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "provisioner/base/base/error.h"
#include "tests/support/fake_disk.h"
#include "tests/support/images.h"

namespace provisioner::disks {
namespace {

using testing::HasSubstr;

constexpr std::size_t piece = 256 << 10;

void write_whole(TestImage& image, FakeDisk& disk) {
  write_held(write_image(image.manifest, image.digest, disk, image.source()), disk);
}

std::string old_disk(std::size_t size) { return std::string(size, 'o'); }

std::string failure_to_write(TestImage& image, FakeDisk& disk) {
  try {
    write_whole(image, disk);
  } catch (const base::Error& error) {
    return error.message();
  }
  return "written";
}

TEST(WriteImage, MakesTheDiskTheImage) {
  TestImage image = cut(random_bytes(3 << 20, 1), piece);
  FakeDisk disk(old_disk(3 << 20));
  write_whole(image, disk);
  EXPECT_TRUE(disk.medium == image.bytes);
}

TEST(WriteImage, TakesChunksOfFourMebibytesOfWhichTheLastIsShorter) {
  TestImage image = cut(random_bytes((9 << 20) + 512, 2), chunk::chunk_size);
  FakeDisk disk(old_disk(16 << 20));
  write_whole(image, disk);
  EXPECT_TRUE(disk.medium.substr(0, image.bytes.size()) == image.bytes);
  EXPECT_TRUE(chunk::is_zero(disk.medium.substr((16 << 20) - tail_size)));
}

TEST(WriteImage, BeginsWhereverItIsToldTo) {
  TestImage image = cut(random_bytes(3 << 20, 1), piece);
  for (std::size_t first = 0; first < image.manifest.chunks.size(); ++first) {
    FakeDisk disk(old_disk(4 << 20));
    ImageSource source = image.source();
    source.first = first;
    write_held(write_image(image.manifest, image.digest, disk, source), disk);
    EXPECT_TRUE(disk.medium.starts_with(image.bytes)) << first;
  }
}

TEST(WriteImage, HandsOnEachFileThatIsItsDigests) {
  TestImage image = cut(random_bytes(3 << 20, 1), piece);
  FakeDisk disk(old_disk(3 << 20));
  ImageSource source = image.source();
  std::map<std::string, std::string> taken;
  source.took = [&](const std::string& digest, std::string file) {
    taken[digest] = std::move(file);
  };
  int damaged = 1;
  source.file = [&, good = source.file](const std::string& digest, std::uint64_t size) {
    return damaged-- > 0 ? std::string(size, 'x') : good(digest, size);
  };
  write_image(image.manifest, image.digest, disk, source);
  EXPECT_EQ(taken, image.files);
}

TEST(WriteImage, FetchesOnlyWhatIsNotThere) {
  TestImage image = cut(random_bytes(4 << 20, 3), piece);
  FakeDisk disk(image.bytes);
  write_whole(image, disk);
  constexpr int of_the_head = 4, of_the_tail = 1;
  EXPECT_LE(image.fetches, of_the_head + of_the_tail);
  EXPECT_TRUE(disk.medium == image.bytes);
}

TEST(WriteImage, SaysOnTheDiskThatItIsUnfinished) {
  TestImage image = cut(random_bytes(3 << 20, 4), piece);
  FakeDisk disk(old_disk(3 << 20));
  write_image(image.manifest, image.digest, disk, image.source());
  EXPECT_TRUE(disk.medium.starts_with("provisioner: unfinished image " + image.digest + "\n"));
  EXPECT_TRUE(chunk::is_zero(disk.medium.substr((3 << 20) - tail_size)));
}

// Wherever the power goes: no boot code is there before the end, and the next time makes it whole.
TEST(WriteImage, IsWholeAfterAnyPowerCutAndTheNextTry) {
  TestImage image = cut(random_bytes(3 << 20, 5), piece);
  FakeDisk counted(old_disk(4 << 20));
  write_whole(image, counted);
  std::mt19937 random(7);
  for (unsigned seed = 0; seed < 100; ++seed) {
    FakeDisk disk(old_disk(4 << 20), seed);
    disk.cut_at = 1 + static_cast<int>(random() % static_cast<unsigned>(counted.steps));
    EXPECT_THROW(write_whole(image, disk), PowerCut);
    const bool is_bootable = disk.medium.substr(0, 512) == image.bytes.substr(0, 512);
    const bool is_whole = disk.medium.substr(0, image.bytes.size()) == image.bytes;
    EXPECT_TRUE(!is_bootable || is_whole) << "cut at " << *disk.cut_at;
    FakeDisk again(disk.medium, seed);
    write_whole(image, again);
    EXPECT_TRUE(again.medium == counted.medium) << "cut at " << *disk.cut_at;
  }
}

TEST(WriteImage, EndsWithTheErrorOfTheDisk) {
  TestImage image = cut(random_bytes(3 << 20, 5), piece);
  for (int step = 1; step < 16; ++step) {
    FakeDisk disk(old_disk(3 << 20));
    disk.fails_at = step;
    EXPECT_EQ(failure_to_write(image, disk), "cannot write 'disk': it is broken");
    EXPECT_FALSE(disk.medium.substr(0, 512) == image.bytes.substr(0, 512));
  }
}

TEST(WriteImage, FindsABitThatTheDiskFlipped) {
  TestImage image = cut(random_bytes(3 << 20, 6), piece);
  std::mt19937 random(8);
  for (int i = 0; i < 50; ++i) {
    FakeDisk disk(old_disk(3 << 20));
    disk.flips_bit_at = head_size + random() % ((3 << 20) - head_size);
    EXPECT_THAT(failure_to_write(image, disk), HasSubstr("the disk does not hold"));
  }
  FakeDisk disk(old_disk(3 << 20));
  disk.flips_bit_at = 700;
  EXPECT_EQ(failure_to_write(image, disk),
            "the disk does not hold the table that was written at 512");
  EXPECT_FALSE(disk.medium.substr(0, 512) == image.bytes.substr(0, 512));
}

TEST(WriteImage, FetchesADamagedFileAgainAndGivesUpAfterThreeTimes) {
  TestImage image = cut(random_bytes(3 << 20, 9), piece);
  int damaged = 2;
  ImageSource source = image.source();
  const auto good = source.file;
  source.file = [&](const std::string& digest, std::uint64_t size) {
    std::string file = good(digest, size);
    if (damaged-- > 0) file[file.size() / 2] = static_cast<char>(file[file.size() / 2] ^ 1);
    return file;
  };
  FakeDisk disk(old_disk(3 << 20));
  write_held(write_image(image.manifest, image.digest, disk, source), disk);
  EXPECT_TRUE(disk.medium == image.bytes);
  damaged = 3;
  FakeDisk other(old_disk(3 << 20));
  EXPECT_THROW(write_image(image.manifest, image.digest, other, source), base::Error);
}

// The source's connection is for one thread.
TEST(WriteImage, FetchesOneFileAtATime) {
  TestImage image = cut(random_bytes(3 << 20, 9), piece);
  ImageSource source = image.source();
  std::atomic<int> at_once = 0, most = 0;
  source.file = [&, good = source.file](const std::string& digest, std::uint64_t size) {
    most = std::max<int>(most, ++at_once);
    std::string file = good(digest, size);
    for (int turns = 0; turns < 1000; ++turns) std::this_thread::yield();
    --at_once;
    return file;
  };
  FakeDisk disk(old_disk(3 << 20));
  write_image(image.manifest, image.digest, disk, source);
  EXPECT_EQ(most, 1);
}

TEST(WriteImage, RefusesADiskThatIsTooSmallAndLeavesItAlone) {
  TestImage image = cut(random_bytes(3 << 20, 10), piece);
  FakeDisk disk(old_disk((3 << 20) - 512));
  EXPECT_EQ(failure_to_write(image, disk),
            "the image 'debian-12' has 3145728 bytes, the disk only 3145216");
  EXPECT_EQ(disk.bytes_written, 0u);
}

TEST(WriteImage, RefusesOtherSectors) {
  TestImage image = cut(random_bytes(3 << 20, 10), piece);
  FakeDisk disk(old_disk(3 << 20));
  disk.sector = 4096;
  EXPECT_EQ(failure_to_write(image, disk), "the disk has sectors of 4096 bytes, images have 512");
}

TEST(WriteImage, TellsHowFarItIsUpToTheEnd) {
  TestImage image = cut(random_bytes(3 << 20, 11), piece);
  FakeDisk disk(old_disk(3 << 20));
  std::vector<std::uint64_t> told;
  ImageSource source = image.source();
  source.told = [&](std::uint64_t done) { told.push_back(done); };
  write_image(image.manifest, image.digest, disk, source);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), image.bytes.size());
}

}  // namespace
}  // namespace provisioner::disks

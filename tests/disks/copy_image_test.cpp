#include "provisioner/node/disks/copy_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/node/disks/disk_heads.h"
#include "provisioner/node/disks/write_image.h"
#include "tests/support/fake_disk.h"
#include "tests/support/images.h"

namespace provisioner::disks {
namespace {

using testing::HasSubstr;

constexpr std::size_t mib = 1 << 20, chunk_length = 256 << 10;
constexpr std::size_t image_length = 3 * mib;

void copy_all(const TestImage& image, Disk& from, Disk& to) {
  copy_image(image.manifest, from, to, [](std::uint64_t) {});
}

std::string body(const FakeDisk& disk) {
  return disk.medium.substr(head_size, image_length - head_size);
}

class Copying : public testing::Test {
 protected:
  Copying() { write_image(image.manifest, image.digest, first, image.source()); }

  TestImage image = cut(random_bytes(image_length, 1), chunk_length);
  FakeDisk first{std::string(5 * mib, 'o')};
  FakeDisk second{std::string(4 * mib, 'p')};
};

TEST_F(Copying, BringsAllButHeadAndTail) {
  copy_all(image, first, second);
  EXPECT_TRUE(body(second) == image.bytes.substr(head_size));
  EXPECT_TRUE(second.medium.substr(0, head_size) == std::string(head_size, 'p'));
  EXPECT_TRUE(second.medium.substr(image_length) == std::string(mib, 'p'));
}

TEST_F(Copying, FetchesNothing) {
  const int before = image.fetches;
  copy_all(image, first, second);
  EXPECT_EQ(image.fetches, before);
}

TEST_F(Copying, WritesOnlyWhatDiffers) {
  copy_all(image, first, second);
  FakeDisk again(second.medium);
  again.medium[2 * mib] = 'x';
  FakeDisk spoilt(again.medium);
  copy_all(image, first, spoilt);
  EXPECT_EQ(spoilt.bytes_written, chunk_length);
  EXPECT_TRUE(spoilt.medium == second.medium);
}

TEST_F(Copying, LeavesTheBackupTableOfADiskAsSmallAsTheImage) {
  FakeDisk small(std::string(image_length, 'p'));
  copy_all(image, first, small);
  EXPECT_TRUE(small.medium.substr(image_length - tail_size) == std::string(tail_size, 'p'));
}

TEST_F(Copying, FindsABitThatTheSecondDiskFlipped) {
  for (const std::uint64_t at : {head_size, head_size + mib + 7}) {
    FakeDisk lying(std::string(4 * mib, 'p'));
    lying.flips_bit_at = at;
    try {
      copy_all(image, first, lying);
      ADD_FAILURE() << "not found at " << at;
    } catch (const base::Error& error) {
      EXPECT_THAT(error.message(), HasSubstr("the second disk does not hold what was written"));
    }
  }
}

TEST_F(Copying, TellsHowFarItIsUpToTheEnd) {
  std::vector<std::uint64_t> told;
  copy_image(image.manifest, first, second, [&](std::uint64_t done) { told.push_back(done); });
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), image_length);
}

bool is_marked(const FakeDisk& disk) { return disk.medium.starts_with("provisioner: unfinished"); }

bool can_boot(const FakeDisk& disk, const TestImage& image) {
  return disk.medium.substr(0, 512) == image.bytes.substr(0, 512);
}

bool is_whole(const FakeDisk& disk, const TestImage& image) {
  return disk.medium.substr(0, image_length) == image.bytes;
}

// The two disks of a mirror, as `install` writes them; a table is the image's own.
struct Pair {
  FakeDisk first, second;

  explicit Pair(unsigned seed)
      : first(std::string(5 * mib, 'o'), seed),
        second(std::string(4 * mib, 'q'), seed + 1) {}
  Pair(const Pair& before, unsigned seed)
      : first(before.first.medium, seed), second(before.second.medium, seed + 1) {}

  void write(TestImage& image) {
    mark_disks(image.manifest, image.digest, {&first, &second});
    const Held held = write_image(image.manifest, image.digest, first, image.source());
    copy_all(image, first, second);
    write_heads({held, held}, {&first, &second});
  }

  // A disk that can be booted is whole, and so is the other one but for its head.
  bool is_safe(const TestImage& image) const {
    const bool is_begun = second.medium[0] != 'q';
    if (can_boot(first, image)) return is_whole(first, image) && is_whole(second, image);
    if (can_boot(second, image)) return is_whole(second, image) && body(first) == body(second);
    return is_marked(first) ? is_begun : !is_begun || is_marked(second);
  }
};

// Wherever the power goes, and the next time makes both whole. The second disk is begun where the
// first one is marked, and marked itself where it is not (find_disk.h).
TEST(Mirrors, AreWholeAfterAnyPowerCutAndTheNextTry) {
  TestImage image = cut(random_bytes(image_length, 5), chunk_length);
  Pair counted(0);
  counted.write(image);
  for (int step = 1; step <= counted.first.steps + counted.second.steps; ++step) {
    const auto seed = static_cast<unsigned>(step);
    Pair pair(seed);
    if (step <= counted.first.steps) pair.first.cut_at = step;
    if (step > counted.first.steps) pair.second.cut_at = step - counted.first.steps;
    EXPECT_THROW(pair.write(image), PowerCut);
    EXPECT_TRUE(pair.is_safe(image)) << step;
    Pair again(pair, seed);
    again.write(image);
    EXPECT_TRUE(is_whole(again.first, image) && is_whole(again.second, image)) << step;
  }
}

}  // namespace
}  // namespace provisioner::disks

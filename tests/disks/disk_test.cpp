#include "provisioner/node/disks/disk.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"
#include "tests/support/fake_disk.h"

namespace provisioner::disks {
namespace {

class Disks : public testing::Test {
 protected:
  Disks() { os::write_file(path, std::string(size, 'x')); }

  static constexpr std::size_t size = (1 << 20) + 512;
  os::TemporaryDirectory directory;
  const std::string path = directory.path() + "/disk";
};

// What every disk promises: the real one, and the one in memory that other tests write to.
void expect_kept(Disk& disk, std::uint64_t size) {
  EXPECT_EQ(disk.size(), size);
  EXPECT_EQ(disk.sector_size(), 512u);
  disk.write(512, "hello");
  disk.write(size - 3, "end");
  disk.write_zeros(1000, 5000);
  disk.sync();
  EXPECT_EQ(disk.read(510, 9), "xxhelloxx");
  EXPECT_EQ(disk.read(size - 5, 5), "xxend");
  EXPECT_EQ(disk.read(999, 5002), "x" + std::string(5000, '\0') + "x");
  EXPECT_EQ(disk.read(size, 0), "");
}

TEST_F(Disks, GiveBackWhatWasWrittenAtAnyPlace) { expect_kept(*open_disk(path), size); }

TEST(FakeDisks, GiveBackWhatWasWrittenAtAnyPlace) {
  FakeDisk disk(std::string(1 << 20, 'x'));
  expect_kept(disk, 1 << 20);
}

TEST_F(Disks, HaveAnEnd) {
  const auto disk = open_disk(path);
  EXPECT_THROW(disk->read(size - 2, 3), base::Error);
  EXPECT_THROW(disk->write(size, "x"), base::Error);
  EXPECT_THROW(disk->write_zeros(UINT64_MAX, 2), base::Error);
}

TEST_F(Disks, AreMissedByName) {
  try {
    open_disk(directory.path() + "/none");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(),
              "cannot open '" + directory.path() + "/none': no such file or directory");
  }
}

}  // namespace
}  // namespace provisioner::disks

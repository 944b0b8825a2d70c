#include "provisioner/cluster/registry/images_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::registry {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct LockFile : testing::Test {
  VettedImage image(const std::string& tag, char digit) const {
    return {.name = "team/tool",
            .tag = tag,
            .sha256 = std::string(64, digit),
            .verdict = "passed",
            .scan = "not scanned",
            .waived = {},
            .size = 5,
            .by = "alice@ctl1",
            .at = "2026-11-29T10:00:00Z"};
  }
  std::string written(const ImagesLock& lock) const {
    write_images_lock(path, lock);
    return os::require_file(path);
  }

  os::TemporaryDirectory directory;
  std::string path = directory.path() + "/images.lock";
};

TEST_F(LockFile, IsEmptyWhereItIsNotThere) {
  const ImagesLock lock = read_images_lock(path);
  EXPECT_THAT(lock.images, SizeIs(0));
  EXPECT_THAT(lock.demoted, SizeIs(0));
}

TEST_F(LockFile, IsTheSameTextInWhateverOrderImagesCame) {
  ImagesLock one{{image("1", 'a'), image("2", 'b')}, {}},
      other{{image("2", 'b'), image("1", 'a')}, {}};
  EXPECT_EQ(written(one), written(other));
}

TEST_F(LockFile, IsReadAsItWasWritten) {
  ImagesLock lock{{image("1", 'a')}, {}};
  lock.images.front().waived = {"user: why, until 2027-01-31"};
  demote(lock, {"other/tool", std::string(64, 'c'), "too old", "bob@ctl1", "2026-11-29T11:00:00Z"});
  const std::string text = written(lock);
  EXPECT_EQ(written(read_images_lock(path)), text);
  EXPECT_THAT(text, HasSubstr("\"reason\": \"too old\""));
}

TEST_F(LockFile, KeepsWhoAndWhenOfAnImageThatIsVettedAlike) {
  ImagesLock lock{{image("1", 'a')}, {}};
  VettedImage again = image("1", 'a');
  again.by = "bob@ctl1";
  EXPECT_FALSE(add_vetted(lock, again));
  EXPECT_EQ(lock.images.front().by, "alice@ctl1");
  again.scan = "trivy 0.58.1, database of 2026-11-28";
  EXPECT_TRUE(add_vetted(lock, again));
  EXPECT_EQ(lock.images.front().by, "bob@ctl1");
}

TEST_F(LockFile, LetsGoOfADemotedImageUnderAllItsTags) {
  ImagesLock lock{{image("1", 'a'), image("latest", 'a'), image("2", 'b')}, {}};
  EXPECT_TRUE(demote(lock, {"team/tool", std::string(64, 'a'), "why", "bob", "now"}));
  ASSERT_THAT(lock.images, SizeIs(1));
  EXPECT_EQ(lock.images.front().tag, "2");
  EXPECT_NE(lock.demotion_of("team/tool", std::string(64, 'a')), nullptr);
  EXPECT_FALSE(demote(lock, {"team/tool", std::string(64, 'a'), "another reason", "eve", "later"}));
  EXPECT_EQ(lock.demoted.front().reason, "why");
}

TEST_F(LockFile, SaysWhereAnEntryIsWrong) {
  os::write_file(path, "format: 1\nimages:\n  - {name: Team, digest: 'sha256:0'}\n");
  try {
    read_images_lock(path);
    FAIL() << "it was read";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.pos().line, 3U);
    EXPECT_THAT(error.hint(), HasSubstr("registry vet"));
  }
}

}  // namespace
}  // namespace provisioner::registry

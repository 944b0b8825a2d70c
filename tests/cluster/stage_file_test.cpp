// What a stage is told, for as long as it goes on.

#include "provisioner/front/cluster/stage_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <optional>

#include "provisioner/base/os/files.h"

namespace provisioner::cluster {
namespace {

using value::Dict;

class StageFileTest : public testing::Test {
 protected:
  std::vector<std::string> there() const { return os::entries(folder_); }

  os::TemporaryDirectory place_;
  std::string folder_ = place_.path() + "/stages";
};

TEST_F(StageFileTest, GoesWithItsStage) {
  {
    const StageFile file(place_.path(), "member", Dict{{"cluster_encryption_key", "abc"}});
    EXPECT_EQ(os::require_file(file.path()), "{\"cluster_encryption_key\": \"abc\"}");
    EXPECT_EQ(os::parent_of(file.path()), folder_);
    struct stat status {};
    ASSERT_EQ(::stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
  }
  EXPECT_TRUE(there().empty());
}

TEST_F(StageFileTest, TakesThoseWithItThatNobodyHoldsAnyMore) {
  os::make_directories(folder_);
  os::write_file(folder_ + "/registry-0.json", "{}", 0600);
  os::write_file(folder_ + "/member-1.json.abcdef.tmp", "{", 0600);
  const StageFile file(place_.path(), "member", {});
  EXPECT_EQ(there().size(), 1U);
}

TEST_F(StageFileTest, LeavesThoseOfOthersThatGoOn) {
  std::optional<StageFile> first(std::in_place, place_.path(), "member", Dict{{"a", 1}});
  const StageFile second(place_.path(), "member", Dict{{"a", 2}});
  EXPECT_EQ(os::require_file(first->path()), "{\"a\": 1}");
  first.reset();
  EXPECT_EQ(os::require_file(second.path()), "{\"a\": 2}");
}

}  // namespace
}  // namespace provisioner::cluster

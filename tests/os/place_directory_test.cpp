// A directory that takes the place of another.

#include "provisioner/base/os/place_directory.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

class PlaceDirectory : public testing::Test {
 protected:
  std::string in(const std::string& name) const { return join_path(work_.path(), name); }
  void make(const std::string& name, const std::string& text) {
    make_directories(in(name));
    write_file(in(name + "/file"), text);
  }

  TemporaryDirectory work_;
};

TEST_F(PlaceDirectory, MovesItWhereNothingWas) {
  make("made", "new");
  EXPECT_FALSE(place_directory(in("made"), in("place")));
  EXPECT_EQ(require_file(in("place/file")), "new");
  EXPECT_FALSE(exists(in("made")));
}

TEST_F(PlaceDirectory, ChangesItForTheOneThatWasThere) {
  make("place", "old");
  make("made", "new");
  EXPECT_TRUE(place_directory(in("made"), in("place")));
  EXPECT_EQ(require_file(in("place/file")), "new");
  EXPECT_EQ(require_file(in("made/file")), "old");
}

TEST_F(PlaceDirectory, SaysWhyItCannot) {
  EXPECT_THROW(place_directory(in("nowhere"), in("place")), base::Error);
}

}  // namespace
}  // namespace provisioner::os

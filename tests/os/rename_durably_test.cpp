// A file that is whole wherever it is seen.

#include "provisioner/base/os/rename_durably.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

TEST(RenameDurably, TakesThePlaceOfWhatIsThere) {
  const TemporaryDirectory place;
  write_file(place.path() + "/new", "new");
  write_file(place.path() + "/old", "old");
  rename_durably(place.path() + "/new", place.path() + "/old");
  EXPECT_EQ(require_file(place.path() + "/old"), "new");
  EXPECT_FALSE(exists(place.path() + "/new"));
}

TEST(RenameDurably, LeavesTheFileWhereItsPlaceCannotBeHad) {
  const TemporaryDirectory place;
  const std::string from = place.path() + "/new", to = place.path() + "/nowhere/new";
  write_file(from, "new");
  try {
    rename_durably(from, to);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.message(), "cannot keep '" + to + "': No such file or directory");
  }
  EXPECT_EQ(require_file(from), "new");
}

}  // namespace
}  // namespace provisioner::os

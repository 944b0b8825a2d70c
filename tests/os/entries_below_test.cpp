// A folder with all that it holds.

#include "provisioner/base/os/entries_below.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/files.h"

namespace provisioner::os {
namespace {

TEST(EntriesBelow, TellsOfLinksAndFollowsNone) {
  const TemporaryDirectory place;
  make_directories(place.path() + "/a/b");
  write_file(place.path() + "/a/b/file", "text");
  ASSERT_EQ(::link((place.path() + "/a/b/file").c_str(), (place.path() + "/same").c_str()), 0);
  ASSERT_EQ(::symlink("a", (place.path() + "/z").c_str()), 0);
  std::string told;
  for (const EntryBelow& entry : entries_below(place.path()))
    told += entry.path.substr(place.path().size()) + (entry.is_link ? " link" : "") +
            (entry.is_file ? " file " + std::to_string(entry.names) : "") + "\n";
  EXPECT_EQ(told, "/a\n/a/b\n/a/b/file file 2\n/same file 2\n/z link\n");
}

TEST(EntriesBelow, SaysWhichFolderCannotBeRead) {
  const TemporaryDirectory place;
  const std::string path = place.path() + "/nowhere";
  try {
    entries_below(path);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::Kind::failed);
    EXPECT_EQ(error.message(), "cannot read '" + path + "': No such file or directory");
  }
}

}  // namespace
}  // namespace provisioner::os

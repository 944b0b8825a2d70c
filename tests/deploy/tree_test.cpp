#include "provisioner/node/deploy/tree.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "provisioner/base/base/error.h"

namespace provisioner::deploy {
namespace {

class Trees : public testing::Test {
 protected:
  Trees() {
    os::make_directories(root + "/etc");
    os::write_file(directory.path() + "/outside", "mine");
  }

  void link(const std::string& target, const std::string& path) {
    ASSERT_EQ(::symlink(target.c_str(), (root + path).c_str()), 0);
  }

  os::TemporaryDirectory directory;
  const std::string root = directory.path() + "/root";
};

TEST_F(Trees, WriteFilesWithTheirModeAndMissingDirectories) {
  const Tree tree(root);
  tree.write_file("/etc/a/b/file", 0640, "content");
  EXPECT_EQ(tree.read_file("/etc/a/b/file"), "content");
  struct stat status {};
  ASSERT_EQ(::stat((root + "/etc/a/b/file").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(tree.entries("/etc/a/b"), std::vector<std::string>{"file"});
}

TEST_F(Trees, ReplaceALinkInsteadOfWritingThroughIt) {
  link(directory.path() + "/outside", "/etc/motd");
  Tree(root).write_file("/etc/motd", 0644, "new");
  EXPECT_EQ(os::require_file(directory.path() + "/outside"), "mine");
  EXPECT_FALSE(os::link_target(root + "/etc/motd"));
}

TEST_F(Trees, FollowDirectoriesOnlyInside) {
  os::make_directories(root + "/usr/lib");
  link("/usr/lib", "/lib");
  link("../../../../../..", "/etc/up");
  const Tree tree(root);
  tree.write_file("/lib/file", 0644, "a");
  tree.write_file("/etc/up/outside", 0644, "b");
  EXPECT_EQ(os::require_file(root + "/usr/lib/file"), "a");
  EXPECT_EQ(os::require_file(root + "/outside"), "b");
  EXPECT_EQ(os::require_file(directory.path() + "/outside"), "mine");
}

TEST_F(Trees, ReadNothingThroughALinkAtTheEnd) {
  link(directory.path() + "/outside", "/etc/motd");
  EXPECT_THROW(Tree(root).read_file("/etc/motd"), base::Error);
}

TEST_F(Trees, GoNowhereUp) {
  EXPECT_THROW(Tree(root).write_file("/etc/../../outside", 0644, "x"), base::Error);
}

TEST_F(Trees, RemoveWhatIsThereOrNot) {
  const Tree tree(root);
  tree.write_file("/etc/file", 0644, "x");
  tree.remove_file("/etc/file");
  tree.remove_file("/etc/file");
  EXPECT_FALSE(tree.read_file("/etc/file"));
}

}  // namespace
}  // namespace provisioner::deploy

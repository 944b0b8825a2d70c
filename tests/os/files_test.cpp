// Files of the controller: what is written is there as a whole, what fails is named.

#include "provisioner/base/os/files.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "provisioner/base/base/error.h"
#include "tests/support/private_place.h"

namespace provisioner::os {
namespace {

class Files : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  static mode_t mode_of(const std::string& path) {
    struct stat status {};
    ::lstat(path.c_str(), &status);
    return status.st_mode & 07777;
  }
  template <class Body>
  static std::string refusal_of(Body&& body) {
    try {
      body();
    } catch (const base::Error& error) {
      return error.render();
    }
    return "";
  }

  TemporaryDirectory directory_;
};

TEST_F(Files, AreWrittenWholeWithTheirModeAndNothingBeside) {
  write_file(path("a"), "text", 0640);

  EXPECT_EQ(require_file(path("a")), "text");
  EXPECT_EQ(mode_of(path("a")), 0640U);
  EXPECT_EQ(entries(directory_.path()), std::vector<std::string>{"a"});
}

TEST_F(Files, AreReplacedAndNeverWrittenInto) {
  write_file(path("a"), "old");
  ASSERT_EQ(::link(path("a").c_str(), path("other").c_str()), 0);

  write_file(path("a"), "new");

  EXPECT_EQ(require_file(path("a")), "new");
  EXPECT_EQ(require_file(path("other")), "old");
}

TEST_F(Files, AreOldOrNewToWhoReadsMeanwhile) {
  const std::string old(100'000, 'o'), young(200'000, 'y');
  write_file(path("a"), old);
  std::atomic<bool> is_over = false;
  std::thread writer([&] {
    for (int count = 0; count < 50; ++count) write_file(path("a"), count % 2 == 0 ? young : old);
    is_over = true;
  });
  std::size_t torn = 0;
  while (!is_over) {
    const std::string seen = require_file(path("a"));
    if (seen != old && seen != young) ++torn;
  }
  writer.join();

  EXPECT_EQ(torn, 0U);
}

TEST_F(Files, ThatAreNotThereAreAnAnswer) {
  EXPECT_EQ(read_file(path("a")), std::nullopt);
  EXPECT_EQ(read_file(path("a") + "/b"), std::nullopt);
  EXPECT_FALSE(exists(path("a")));
  EXPECT_EQ(refusal_of([&] { require_file(path("a")); }),
            "error: there is no file '" + path("a") + "'");
}

TEST_F(Files, ThatAreTooLargeAreRefused) {
  write_file(path("a"), "four");

  EXPECT_EQ(read_file(path("a"), 4), "four");
  EXPECT_EQ(refusal_of([&] { read_file(path("a"), 3); }),
            "error: '" + path("a") + "' is larger than 3 bytes");
}

TEST_F(Files, ThatCannotBeWrittenLeaveTheOldOne) {
  if (::geteuid() != 0) GTEST_SKIP() << "a full disk of its own needs root";
  make_directories(path("full"));
  tests::with_own_mounts([&] {
    ASSERT_EQ(::mount("none", path("full").c_str(), "tmpfs", 0, "size=64k"), 0);
    write_file(path("full/a"), "old");
    EXPECT_EQ(refusal_of([&] { write_file(path("full/a"), std::string(1 << 20, 'x')); }),
              "error: cannot write '" + path("full/a") + "': No space left on device");
    EXPECT_EQ(require_file(path("full/a")), "old");
    EXPECT_EQ(entries(path("full")), std::vector<std::string>{"a"});
    ASSERT_EQ(::mount("none", path("full").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
    EXPECT_NE(refusal_of([&] { write_file(path("full/a"), "new"); }).find("Read-only file system"),
              std::string::npos);
    ::umount(path("full").c_str());
  });
}

TEST_F(Files, OfATreeAreRemovedAndLinksNotFollowed) {
  write_file(path("kept"), "kept");
  make_directories(path("tree/a/b"));
  write_file(path("tree/a/b/c"), "");
  ASSERT_EQ(::symlink(path("kept").c_str(), path("tree/link").c_str()), 0);
  ASSERT_EQ(::symlink(directory_.path().c_str(), path("tree/up").c_str()), 0);

  remove_tree(path("tree"));
  remove_tree(path("tree"));

  EXPECT_EQ(entries(directory_.path()), std::vector<std::string>{"kept"});
}

TEST_F(Files, OfAnotherMountAreNotRemoved) {
  if (::geteuid() != 0) GTEST_SKIP() << "a mount of its own needs root";
  make_directories(path("tree/mount"));
  tests::with_own_mounts([&] {
    ASSERT_EQ(::mount("none", path("tree/mount").c_str(), "tmpfs", 0, ""), 0);
    write_file(path("tree/mount/a"), "kept");
    EXPECT_EQ(refusal_of([&] { remove_tree(path("tree")); }),
              "error: '" + path("tree/mount") + "' is a mount point, it is not removed");
    EXPECT_EQ(require_file(path("tree/mount/a")), "kept");
    ::umount(path("tree/mount").c_str());
  });
}

TEST_F(Files, AreFoundByPattern) {
  for (const char* name : {"b.yml", "a.yml", ".hidden.yml", "c.txt"}) write_file(path(name), "");

  EXPECT_EQ(glob(path("*.yml")), (std::vector{path("a.yml"), path("b.yml")}));
  EXPECT_EQ(glob(path("*.none")), std::vector<std::string>{});
}

TEST(Paths, AreJoinedAndTakenApart) {
  EXPECT_EQ(join_path("/a", "b"), "/a/b");
  EXPECT_EQ(join_path("/a/", "b"), "/a/b");
  EXPECT_EQ(join_path("/a", "/b"), "/b");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(parent_of("/a/b"), "/a");
  EXPECT_EQ(parent_of("/a/b/"), "/a");
  EXPECT_EQ(parent_of("/a"), "/");
  EXPECT_EQ(parent_of("/"), "/");
  EXPECT_EQ(parent_of("a"), ".");
  EXPECT_EQ(absolute("/a/./b/../c/"), "/a/c");
}

TEST(NetworkFileSystem, IsNotTheLocalOne) {
  EXPECT_FALSE(is_on_network_file_system("/proc"));
  EXPECT_FALSE(is_on_network_file_system("/dev"));
}

TEST(TemporaryDirectory, GoesWithWhatItHolds) {
  std::string path;
  {
    const TemporaryDirectory directory("provisioner-test");
    path = directory.path();
    write_file(path + "/a", "text");
    EXPECT_EQ(path.substr(path.rfind('/') + 1, 17), "provisioner-test.");
  }
  EXPECT_FALSE(exists(path));
}

}  // namespace
}  // namespace provisioner::os
